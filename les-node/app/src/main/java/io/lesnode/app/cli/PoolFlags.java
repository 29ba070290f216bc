package io.lesnode.app.cli;

import io.lesnode.app.keystore.Keystore;
import io.lesnode.app.keystore.Password;
import io.lesnode.app.node.DevContracts;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.pool.PoolRules;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flags of a pool. */
final class PoolFlags {
  private static final BigDecimal ETHER = BigDecimal.TEN.pow(18);

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--vip.account",
      paramLabel = "ADDRESS",
      required = true,
      description =
          "The account that clients pay and that pays hosts; its key is in the keystore (make one"
              + " with 'les account new').")
  String account = "";

  @Option(
      names = "--password",
      paramLabel = "FILE",
      description = "File with the account's password (default: ask at the terminal).")
  @Nullable Path password;

  @Option(
      names = "--keystore",
      paramLabel = "DIR",
      description = "Folder of the keys (default: 'keystore' in the data folder).")
  @Nullable Path keystore;

  @Option(
      names = "--vip.contract",
      paramLabel = "ADDRESS",
      description =
          "The account book (AccountBook2) that cheques are drawn on; must be the same for all"
              + " members (default: that of dev chains).")
  @Nullable String contract;

  @Option(
      names = "--vip.fee",
      paramLabel = "PERMILLE",
      description =
          "What clients pay to the pool on top of what hosts get, in thousandths, 0 to 1000"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "10")
  Integer feePerMille = 10;

  @Option(
      names = "--pool.maxhosts-per-request",
      paramLabel = "N",
      description = "Most hosts that one request gets, 1 to 64 (default: ${DEFAULT-VALUE}).",
      defaultValue = "16")
  Integer maxHosts = 16;

  @Option(
      names = "--pool.restrict-genesis",
      paramLabel = "HASH",
      description =
          "Take only members of the chain with this genesis hash (default: all chains; money is"
              + " always on the chain of --genesis).")
  @Nullable String restrictGenesis;

  @Option(
      names = "--pool.deposit",
      paramLabel = "ETHER",
      description =
          "Deposit that is made on chain for a host when less than a quarter of it is left; 0 for"
              + " none (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.01")
  String deposit = "0.01";

  @Option(
      names = "--pool.status.addr",
      paramLabel = "ADDR",
      description =
          "Address of the status page with /health and /metrics (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  String statusAddress = "127.0.0.1";

  @Option(
      names = "--pool.status.port",
      paramLabel = "PORT",
      converter = Values.Port.class,
      description = "TCP port of the status page, 0 for any free one (default: ${DEFAULT-VALUE}).",
      defaultValue = "8580")
  Integer statusPort = 8580;

  PoolRules rules() {
    if (feePerMille < 0 || feePerMille > 1_000) {
      throw wrong("--vip.fee " + feePerMille + " is not within 0 and 1000 thousandths");
    }
    if (maxHosts < 1 || maxHosts > 64) {
      throw wrong("--pool.maxhosts-per-request " + maxHosts + " is not within 1 and 64");
    }
    PoolRules rules = PoolRules.standard().withFee(feePerMille).withMaxHostsPerRequest(maxHosts);
    String genesis = restrictGenesis;
    if (genesis == null) {
      return rules;
    }
    if (!genesis.matches("0x[0-9a-fA-F]{64}")) {
      throw wrong("--pool.restrict-genesis " + genesis + " is not a hash: 0x and 64 digits");
    }
    return rules.onlyGenesis(Bytes32.fromHexString(genesis));
  }

  KeyPair account(Path datadir) {
    Address address = AccountCommand.address(account.strip(), spec);
    Keystore store = Keystore.at(AccountCommand.StoreFlags.folder(datadir, keystore), false);
    Path file = password;
    try (Password secret =
        file == null
            ? AccountCommand.PasswordFlags.ask("Password of " + address + ": ", "--password")
            : Password.read(file, 0)) {
      return store.unlock(address, secret);
    }
  }

  Address contract() {
    String given = contract;
    return given == null ? DevContracts.ACCOUNT_BOOK : AccountCommand.address(given.strip(), spec);
  }

  UInt256 depositWei() {
    try {
      BigDecimal wei = new BigDecimal(deposit.strip()).multiply(ETHER);
      if (wei.signum() >= 0 && deposit.length() < 40 && wei.precision() < 60) {
        return UInt256.valueOf(wei.toBigIntegerExact());
      }
    } catch (ArithmeticException | NumberFormatException notAnAmount) {
      // the same message as for negative amounts
    }
    throw wrong("--pool.deposit " + deposit + " is not an amount of ether such as 0.01");
  }

  Optional<InetSocketAddress> status() {
    return Optional.of(new InetSocketAddress(statusAddress, statusPort));
  }

  private ParameterException wrong(String text) {
    return new ParameterException(spec.commandLine(), text);
  }
}
