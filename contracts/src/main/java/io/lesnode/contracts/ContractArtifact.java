package io.lesnode.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What the compiler made of a contract, from the committed file that {@code contracts/compile.sh}
 * writes.
 *
 * @param name as in the source
 * @param abi the JSON text of its ABI
 * @param bytecode what a creation carries, without constructor arguments
 * @param deployedBytecode what is at its address afterwards: none of our contracts has immutables
 *     or a metadata hash, so it is the same wherever and whoever deploys it
 * @param deployedCodeHash keccak256 of {@code deployedBytecode}: who finds it at an address need
 *     not trust whoever deployed it
 */
public record ContractArtifact(
    String name, String abi, Bytes bytecode, Bytes deployedBytecode, Bytes32 deployedCodeHash) {

  /** Cumulative cheques, one contract for all payers and payees. */
  public static final ContractArtifact ACCOUNT_BOOK_2 = named("AccountBook2");

  /** Cumulative cheques as go-ethereum PR 20417 has them, one contract per server. */
  public static final ContractArtifact ACCOUNT_BOOK = named("AccountBook");

  /** One deposit for many payees, of whom one is drawn. */
  public static final ContractArtifact LOTTERY_BOOK_2 = named("LotteryBook2");

  /** Time on a server's list of members. */
  public static final ContractArtifact SUBSCRIPTION = named("Subscription");

  /** The deposits and payouts of pools. */
  public static final ContractArtifact VIPNODE_POOL_2 = named("VipnodePool2");

  /**
   * The artifact of a contract in this package's resources.
   *
   * @throws UncheckedIOException if there is none by that name
   */
  public static ContractArtifact named(String name) {
    try (InputStream file = ContractArtifact.class.getResourceAsStream(name + ".json")) {
      if (file == null) {
        throw new FileNotFoundException(
            name + ".json is not among the compiled contracts; contracts/compile.sh makes it");
      }
      JsonNode json = new ObjectMapper().readTree(file);
      return new ContractArtifact(
          json.required("contractName").asText(),
          json.required("abi").toString(),
          Bytes.fromHexString(json.required("bytecode").asText()),
          Bytes.fromHexString(json.required("deployedBytecode").asText()),
          Bytes32.fromHexString(json.required("deployedCodeHash").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
