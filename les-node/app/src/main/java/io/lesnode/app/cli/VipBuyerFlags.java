package io.lesnode.app.cli;

import io.lesnode.app.keystore.Keystore;
import io.lesnode.app.keystore.Password;
import io.lesnode.app.node.DevNode;
import io.lesnode.app.node.VipBuyerSettings;
import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.MethodId;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.client.Demand;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flags of a light client that buys service; it does not unless it has a budget. */
final class VipBuyerFlags {
  /** Tokens of an hour at geth's smallest capacity and prices, in billions: 57.6. */
  private static final BigInteger HOUR_TENTHS = BigInteger.valueOf(576);

  private static final String DEV = "dev";

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--vip.budget",
      paramLabel = "AMOUNT/TIME",
      description =
          "Buy priority of servers that sell it, for at most so much in any such time, fees"
              + " included: for instance 0.01ether/30d or 500gwei/h (default: nothing is bought).")
  @Nullable String budget;

  @Option(
      names = "--vip.account",
      paramLabel = "ADDRESS",
      description =
          "Account of the keystore that pays; 'dev' is the faucet of a dev chain (needed for all"
              + " methods but test).")
  @Nullable String account;

  @Option(
      names = "--vip.password",
      paramLabel = "FILE",
      description =
          "File whose first line is the account's password (default: ask at the terminal).")
  @Nullable Path password;

  @Option(
      names = "--vip.maxprice",
      paramLabel = "AMOUNT",
      description =
          "Highest price that is paid for an hour of the smallest capacity"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "30000gwei")
  String maxPrice = "30000gwei";

  @Option(
      names = "--vip.capacity",
      paramLabel = "N",
      description =
          "Wanted capacity: a number, or a multiple of the server's smallest as 10x"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "10x")
  String capacity = "10x";

  @Option(
      names = "--vip.methods",
      paramLabel = "NAMES",
      split = ",",
      description =
          "Ways to pay, preferred ones first: cheque, lottery, raw, test"
              + " (default: cheque with an account, else test).")
  List<String> methods = new ArrayList<>();

  @Option(
      names = "--vip.deposit",
      paramLabel = "AMOUNT",
      description =
          "Put so much on deposit for a server when cheques or lotteries need it; without this flag no"
              + " transaction is sent by itself (default: none).")
  @Nullable String deposit;

  @Option(
      names = "--vip.patience",
      paramLabel = "SECONDS",
      converter = Values.NonNegativeLong.class,
      description =
          "How long a server's free service is watched before it is paid, at most its trial"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "60")
  Long patience = 60L;

  @Option(
      names = "--vip.servers",
      paramLabel = "N",
      converter = Values.NonNegativeInt.class,
      description =
          "How many servers are paid at a time, those worth most (default: ${DEFAULT-VALUE}).",
      defaultValue = "3")
  Integer servers = 3;

  /**
   * How to buy, if at all.
   *
   * @param datadir where the keystore is unless {@code keystore} says otherwise
   */
  Optional<VipBuyerSettings> settings(Path datadir, @Nullable Path keystore) {
    String given = budget;
    if (given == null) {
      if (account != null || deposit != null) {
        throw wrong("--vip.account and --vip.deposit need --vip.budget, the most that is spent");
      }
      return Optional.empty();
    }
    try {
      BudgetRules rules = BudgetRules.parse(given);
      Demand demand = demand();
      return Optional.of(new VipBuyerSettings(rules, demand, key(demand, datadir, keystore)));
    } catch (IllegalArgumentException refused) {
      throw wrong(String.valueOf(refused.getMessage()));
    }
  }

  private Demand demand() {
    boolean multiple = capacity.endsWith("x");
    long number = number(multiple ? capacity.substring(0, capacity.length() - 1) : capacity);
    String auto = deposit;
    return new Demand(
        multiple ? 0 : number,
        multiple ? number : 1,
        perBillion(EtherUnits.parseAmount(maxPrice)),
        Demand.STANDARD.staySeconds(),
        patience,
        servers,
        chosen(),
        auto == null ? UInt256.ZERO : EtherUnits.parseAmount(auto),
        true);
  }

  private long number(String text) {
    if (!text.matches("[1-9][0-9]{0,17}")) {
      throw wrong("--vip.capacity " + capacity + " is neither a number nor a multiple as 10x");
    }
    return Long.parseLong(text);
  }

  private static UInt256 perBillion(UInt256 hourWei) {
    BigInteger price = hourWei.toUnsignedBigInteger().multiply(BigInteger.TEN).divide(HOUR_TENTHS);
    return UInt256.valueOf(price);
  }

  private List<MethodId> chosen() {
    List<MethodId> chosen = new ArrayList<>();
    for (String name : methods) {
      if (name.isBlank()) {
        continue;
      }
      chosen.add(
          MethodId.ofText(name.strip())
              .filter(VipBuyerSettings.methods()::contains)
              .orElseThrow(
                  () ->
                      wrong(
                          "--vip.methods has "
                              + name
                              + "; there are cheque, lottery, raw and test")));
    }
    if (chosen.isEmpty()) {
      chosen.add(account == null ? MethodId.TEST : MethodId.CHEQUE);
    }
    return chosen;
  }

  private Optional<KeyPair> key(Demand demand, Path datadir, @Nullable Path keystore) {
    String typed = account;
    if (typed == null) {
      if (!demand.methods().equals(List.of(MethodId.TEST))) {
        throw wrong("--vip.account is missing: who pays?");
      }
      return Optional.empty();
    }
    if (typed.equals(DEV)) {
      return Optional.of(DevNode.FAUCET);
    }
    Address address = AccountCommand.address(typed.strip(), spec);
    Keystore store = Keystore.at(AccountCommand.StoreFlags.folder(datadir, keystore), false);
    Path file = password;
    try (Password secret =
        file == null
            ? AccountCommand.PasswordFlags.ask("Password of " + address + ": ", "--vip.password")
            : Password.read(file)) {
      return Optional.of(store.unlock(address, secret));
    }
  }

  private ParameterException wrong(String text) {
    return new ParameterException(spec.commandLine(), text);
  }
}
