package io.lesnode.app.cli;

import io.lesnode.app.keystore.Keystore;
import io.lesnode.app.keystore.Password;
import io.lesnode.app.node.DevNode;
import io.lesnode.app.node.PoolClientSettings;
import io.lesnode.payment.EtherUnits;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.pool.TokenPrice;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flags of a light client that gets its servers from a pool, and pays there. */
final class PoolClientFlags {
  private static final String DEV = "dev";
  private static final int MOST_HOSTS = 16;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--vip.pool",
      paramLabel = "ENODE",
      description =
          "A pool that finds servers for this client and is paid for them; needs"
              + " --vip.pool.account and --vip.pool.budget (default: none).")
  @Nullable String pool;

  @Option(
      names = "--vip.pool.account",
      paramLabel = "ADDRESS",
      description =
          "Account of the keystore that pays the pool; 'dev' is the faucet of a dev chain.")
  @Nullable String account;

  @Option(
      names = "--vip.pool.password",
      paramLabel = "FILE",
      description =
          "File whose first line is the account's password (default: ask at the terminal).")
  @Nullable Path password;

  @Option(
      names = "--vip.pool.budget",
      paramLabel = "AMOUNT",
      description = "The most that is paid to the pool while this program runs, as 0.01ether.")
  @Nullable String budget;

  @Option(
      names = "--vip.pool.deposit",
      paramLabel = "AMOUNT",
      description =
          "Put so much on deposit for the pool when its cheques need it; without this flag no"
              + " transaction is sent (default: none).")
  @Nullable String deposit;

  @Option(
      names = "--vip.pool.hosts",
      paramLabel = "N",
      converter = Values.NonNegativeInt.class,
      description = "How many servers are wanted, 1 to 16 (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  Integer hosts = 1;

  @Option(
      names = "--vip.pool.capacity",
      paramLabel = "N",
      converter = Values.NonNegativeLong.class,
      description = "What capacity is wanted of each, in geth's unit (default: ${DEFAULT-VALUE}).",
      defaultValue = "160000")
  Long capacity = 160_000L;

  @Option(
      names = "--vip.pool.maxprice",
      paramLabel = "WEI",
      converter = Values.NonNegativeLong.class,
      description = "Highest price of 1000000000 tokens, in wei (default: ${DEFAULT-VALUE}).",
      defaultValue = "500000000000")
  Long maxPrice = 500_000_000_000L;

  /**
   * What the flags say.
   *
   * @param keystore where the keys are, if not in the data folder
   */
  Optional<PoolClientSettings> settings(Path datadir, @Nullable Path keystore) {
    String url = pool;
    if (url == null || url.isBlank()) {
      return Optional.empty();
    }
    String payer = account;
    String most = budget;
    if (payer == null || most == null) {
      throw wrong("--vip.pool needs --vip.pool.account, who pays, and --vip.pool.budget, how much");
    }
    if (hosts < 1 || hosts > MOST_HOSTS || capacity < 1 || capacity > 1L << 40) {
      throw wrong("--vip.pool.hosts is 1 to 16, and --vip.pool.capacity positive");
    }
    String onChain = deposit;
    return Optional.of(
        new PoolClientSettings(
            PoolHostFlags.enode(url.strip(), spec),
            key(payer, datadir, keystore),
            hosts,
            capacity,
            new TokenPrice(maxPrice),
            amount("--vip.pool.budget", most),
            onChain == null ? UInt256.ZERO : amount("--vip.pool.deposit", onChain)));
  }

  private UInt256 amount(String flag, String text) {
    try {
      return EtherUnits.parseAmount(text.strip());
    } catch (IllegalArgumentException refused) {
      throw wrong(flag + ": " + refused.getMessage());
    }
  }

  private KeyPair key(String typed, Path datadir, @Nullable Path keystore) {
    if (typed.equals(DEV)) {
      return DevNode.FAUCET;
    }
    Address address = AccountCommand.address(typed.strip(), spec);
    Keystore store = Keystore.at(AccountCommand.StoreFlags.folder(datadir, keystore), false);
    Path file = password;
    try (Password secret =
        file == null
            ? AccountCommand.PasswordFlags.ask(
                "Password of " + address + ": ", "--vip.pool.password")
            : Password.read(file, 0)) {
      return store.unlock(address, secret);
    }
  }

  private ParameterException wrong(String text) {
    return new ParameterException(spec.commandLine(), text);
  }
}
