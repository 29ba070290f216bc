package io.lesnode.chain.index;

import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The contract in which trusted people register checkpoints (geth params.CheckpointOracleConfig).
 *
 * @param contract where it is on the chain
 * @param signers who may sign a checkpoint
 * @param threshold how many of them must
 */
public record OracleConfig(Address contract, Set<Address> signers, int threshold) {

  private static final List<String> MAINNET_SIGNERS =
      List.of(
          "0x1b2C260efc720BE89101890E4Db589b44E950527",
          "0x78d1aD571A1A09D60D9BBf25894b44e4C8859595",
          "0x286834935f4A8Cfb4FF4C77D5770C2775aE2b0E7",
          "0xb86e2B0Ab5A4B1373e40c51A7C712c70Ba2f9f8E",
          "0x0DF8fa387C602AE62559cC4aFa4972A7045d6707");

  /** Copies the signers. */
  public OracleConfig {
    signers = Set.copyOf(signers);
    if (threshold < 1 || threshold > signers.size()) {
      throw new IllegalArgumentException(
          "a checkpoint needs at least 1 and at most all of the "
              + signers.size()
              + " signers of the oracle, not "
              + threshold);
    }
  }

  /** The oracle of a public network, by its genesis block (geth v1.10.26, params/config.go). */
  public static Optional<OracleConfig> ofNetwork(Bytes32 genesisHash) {
    return switch (genesisHash.toHexString()) {
      case "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3" -> // mainnet
          known("0x9a9070028361F7AAbeB3f2F2Dc07F82C4a98A02a", MAINNET_SIGNERS);
      case "0x41941023680923e0fe4d74a34bdac8141f2540e3ae90623718e47d66d1ca4a2d" -> // Ropsten
          known(
              "0xEF79475013f154E6A65b54cB2742867791bf0B84",
              withFirst("0x32162F3581E88a5f62e8A61892B42C46E2c18f7b"));
      case "0x6341fd3daf94b748c72ced5a5b26028f2474f5f00d824504e4fa37a75767e177" -> // Rinkeby
          known(
              "0xebe8eFA441B9302A0d7eaECc277c09d20D684540",
              withFirst("0xd9c9cd5f6779558b6e0ed4e6acf6b1947e7fa1f3").subList(0, 4));
      case "0xbf7e331f7f7c1dd2e05159666b3bf8bc7a8a3a9eb1d518969eab529dd9b88c1a" -> // Görli
          known(
              "0x18CA0E045F0D772a851BC7e48357Bcaab0a0795D",
              withFirst("0x4769bcaD07e3b938B7f43EB7D278Bc7Cb9efFb38"));
      default -> Optional.empty();
    };
  }

  /** The other signers are the same people with the same keys everywhere. */
  private static List<String> withFirst(String first) {
    List<String> signers = new ArrayList<>(MAINNET_SIGNERS);
    signers.set(0, first);
    return signers;
  }

  private static Optional<OracleConfig> known(String contract, List<String> signers) {
    return Optional.of(
        new OracleConfig(
            Address.fromHex(contract),
            Set.copyOf(signers.stream().map(Address::fromHex).toList()),
            2));
  }
}
