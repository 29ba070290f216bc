package io.lesnode.app.cli;

import io.lesnode.app.config.PoolHostSettings;
import io.lesnode.app.config.VipServeSettings;
import io.lesnode.app.keystore.Keystore;
import io.lesnode.app.keystore.Password;
import io.lesnode.app.node.SignerConnection;
import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.Signer;
import io.lesnode.payment.signing.ExternalSigner;
import io.lesnode.payment.signing.MemorySigner;
import io.lesnode.primitives.Address;
import io.lesnode.vip.VipAdmin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Flags of a server that sells priority. */
final class VipServeFlags {
  /** The books wait for it when something is settled. */
  private static final Duration SIGNER_PATIENCE = Duration.ofSeconds(20);

  private static final int PERCENT = 100;
  private static final String DEFAULT_PRICE = "6000gwei";

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create();

  /** Takes an amount with its unit. */
  static final class Money implements ITypeConverter<UInt256> {
    @Override
    public UInt256 convert(String text) {
      try {
        return EtherUnits.parseAmount(text);
      } catch (IllegalArgumentException wrong) {
        throw new TypeConversionException(String.valueOf(wrong.getMessage()));
      }
    }
  }

  @Option(
      names = "--vip",
      description =
          "Sell priority to light clients that ask for it (capability vip/1); others see no"
              + " difference (default: off).",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false")
  boolean enabled;

  @Option(
      names = "--vip.price",
      paramLabel = "AMOUNT",
      converter = Money.class,
      description =
          "What an hour at the least capacity costs, with its unit, as '6000gwei' or '0.001ether';"
              + " more demand makes it dearer (default: ${DEFAULT-VALUE}).",
      defaultValue = DEFAULT_PRICE)
  UInt256 price = EtherUnits.parseAmount(DEFAULT_PRICE);

  @Option(
      names = "--vip.methods",
      paramLabel = "METHOD",
      split = ",",
      description =
          "How clients may pay, comma separated: cheque, lottery, subscription, raw, pool, test"
              + " (default: those whose contract is known; on a dev chain also test).")
  List<String> methods = new ArrayList<>();

  @Option(
      names = "--vip.account",
      paramLabel = "ADDRESS",
      description =
          "The account that is paid, of the keystore; not the node's key (default: one of"
              + " its own on a dev chain, none elsewhere).")
  @Nullable String account;

  @Option(
      names = "--vip.password",
      paramLabel = "FILE",
      description = "File with the account's password (default: ask at the terminal).")
  @Nullable Path password;

  @Option(
      names = "--vip.signer",
      paramLabel = "URL|SOCKET",
      description =
          "A program as clef that signs for the account, by its http address or the path of its"
              + " socket, instead of the keystore; its rules must answer without asking anybody.")
  @Nullable String signer;

  @Option(
      names = "--vip.keystore",
      paramLabel = "DIR",
      description = "Folder of the account's key (default: 'keystore' in the data folder).")
  @Nullable Path keystore;

  @Option(
      names = "--vip.contract",
      paramLabel = "METHOD=ADDRESS",
      split = ",",
      description =
          "The contract of a method, as 'cheque=0x…', comma separated or given repeatedly (default:"
              + " those of the dev chain there, none elsewhere).")
  List<String> contracts = new ArrayList<>();

  @Option(
      names = "--vip.trial",
      paramLabel = "SECONDS",
      converter = Values.NonNegativeLong.class,
      description = "Free trial of a network address (default: ${DEFAULT-VALUE}).",
      defaultValue = "180")
  Long trialSeconds = 180L;

  @Option(
      names = "--vip.trial.guaranteed",
      paramLabel = "PERCENT",
      converter = Values.Percent.class,
      description =
          "Share of places and capacity that paying clients cannot take, which guarantees the"
              + " trial; 5 is a good value (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  Integer trialSharePercent = 0;

  @Option(
      names = "--vip.maxshare",
      paramLabel = "PERCENT",
      converter = Values.Percent.class,
      description = "Most of the capacity that paying clients get (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  Integer maxSharePercent = PERCENT;

  @Option(
      names = "--vip.auction",
      description = "Auction capacity above the least as well (default: off).",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false")
  boolean auction;

  @Option(
      names = "--vip.expiry",
      paramLabel = "SECONDS",
      converter = Values.NonNegativeLong.class,
      description =
          "Unused tokens fall to a third in this time; 0 keeps them (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  Long expirySeconds = 0L;

  @Option(
      names = "--vip.confirmations",
      paramLabel = "BLOCKS",
      converter = Values.NonNegativeInt.class,
      description =
          "How deep a deposit must be in the chain to count (default: 6; 0 on a dev chain).")
  @Nullable Integer confirmations;

  @Option(
      names = "--vip.settle",
      paramLabel = "SECONDS",
      converter = Values.NonNegativeLong.class,
      description =
          "How often it is looked whether money is worth bringing home (default: ${DEFAULT-VALUE}).",
      defaultValue = "60")
  Long settleSeconds = 60L;

  @Option(
      names = "--vip.settle.atend",
      description = "Bring home whatever is worth its cost when the node ends (default: off).",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false")
  boolean settleAtEnd;

  @Mixin PoolHostFlags pool = new PoolHostFlags();

  private Optional<PoolHostSettings> joined(Set<MethodId> methods) {
    Optional<PoolHostSettings> joined = pool.settings();
    if (joined.isPresent() && !methods.contains(MethodId.CHEQUE)) {
      throw wrong("--vip.pool needs the method cheque, by which pools pay their hosts");
    }
    return joined;
  }

  /**
   * What the flags say on a chain without contracts of ours.
   *
   * @param datadir where the keystore is
   */
  Optional<VipServeSettings> settings(Path datadir) {
    return settings(datadir, Optional.empty(), Map.of(), Set.of(), 6);
  }

  /**
   * What the flags say.
   *
   * @param defaultAccount paid unless another is named
   * @param knownContracts of the chain, unless others are named
   * @param defaultMethods beside those whose contract is known
   * @param defaultConfirmations unless given
   */
  Optional<VipServeSettings> settings(
      Path datadir,
      Optional<Signer> defaultAccount,
      Map<MethodId, Address> knownContracts,
      Set<MethodId> defaultMethods,
      int defaultConfirmations) {
    if (!enabled) {
      return Optional.empty();
    }
    if (price.isZero()) {
      throw wrong("--vip.price 0 sells nothing; give an amount, as --vip.price " + DEFAULT_PRICE);
    }
    if (settleSeconds == 0) {
      throw wrong("--vip.settle must be at least a second");
    }
    Map<MethodId, Address> known = new EnumMap<>(MethodId.class);
    known.putAll(knownContracts);
    contracts.forEach(text -> addContract(text, known));
    Optional<Signer> payee =
        account == null ? defaultAccount : Optional.of(signer(account, datadir));
    Set<MethodId> wanted = wanted(known, defaultMethods);
    if (wanted.isEmpty()) {
      throw wrong(
          "--vip has no method of payment; give --vip.contract cheque=ADDRESS, or --vip.methods raw"
              + " or test");
    }
    for (MethodId method : wanted) {
      check(method, known, payee);
    }
    return Optional.of(
        new VipServeSettings(
            price,
            wanted,
            payee,
            known,
            trialSeconds,
            trialSharePercent,
            maxSharePercent,
            auction,
            expirySeconds,
            confirmations == null ? defaultConfirmations : confirmations,
            settleSeconds,
            settleAtEnd,
            joined(wanted)));
  }

  private Set<MethodId> wanted(Map<MethodId, Address> known, Set<MethodId> defaults) {
    Set<MethodId> wanted = EnumSet.noneOf(MethodId.class);
    if (methods.isEmpty()) {
      wanted.addAll(known.keySet());
      wanted.addAll(defaults);
    }
    methods.forEach(name -> wanted.add(method(name.strip(), "--vip.methods")));
    return wanted;
  }

  private MethodId method(String name, String flag) {
    MethodId method = MethodId.ofText(name).orElse(null);
    if (method == null || method == MethodId.PAYWORD || method == MethodId.TICKET) {
      throw wrong(
          flag
              + ": there is no method '"
              + name
              + "'; there are "
              + Arrays.stream(MethodId.values())
                  .filter(id -> id != MethodId.PAYWORD && id != MethodId.TICKET)
                  .map(MethodId::text)
                  .collect(Collectors.joining(", ")));
    }
    return method;
  }

  private void addContract(String text, Map<MethodId, Address> known) {
    String[] parts = text.strip().split("=", 2);
    if (parts.length != 2) {
      throw wrong("--vip.contract takes METHOD=ADDRESS, as cheque=0x…, not '" + text + "'");
    }
    MethodId method = method(parts[0], "--vip.contract");
    try {
      known.put(method, Address.fromHex(parts[1]));
    } catch (IllegalArgumentException malformed) {
      throw wrong("--vip.contract: '" + parts[1] + "' is no address");
    }
  }

  private void check(MethodId method, Map<MethodId, Address> known, Optional<Signer> payee) {
    switch (method) {
      case CHEQUE, LOTTERY, SUBSCRIPTION -> {
        if (!known.containsKey(method)) {
          throw wrong(
              "--vip.methods "
                  + method.text()
                  + " needs its contract; give --vip.contract "
                  + method.text()
                  + "=ADDRESS");
        }
        requireAccount(method, payee);
      }
      case RAW -> requireAccount(method, payee);
      case TEST, POOL -> {}
      case TICKET, PAYWORD -> throw new IllegalStateException("not offered: " + method);
    }
  }

  private void requireAccount(MethodId method, Optional<Signer> payee) {
    if (payee.isEmpty()) {
      throw wrong(
          "--vip.methods "
              + method.text()
              + " pays an account; name it with --vip.account, 'les account new' makes one");
    }
  }

  private Signer signer(String text, Path datadir) {
    Address address = AccountCommand.address(text.strip(), spec);
    if (signer != null) {
      return new ExternalSigner(address, new SignerConnection(signer, SIGNER_PATIENCE));
    }
    Keystore store = Keystore.at(AccountCommand.StoreFlags.folder(datadir, keystore), false);
    Path file = password;
    try (Password secret =
        file == null
            ? AccountCommand.PasswordFlags.ask("Password of " + address + ": ", "--vip.password")
            : Password.read(file)) {
      return new MemorySigner(store.unlock(address, secret));
    }
  }

  /** One line on what is sold. */
  static String text(VipAdmin.Status status) {
    return EtherUnits.format(status.hourPriceWei())
        + " for an hour at the least capacity, paid by "
        + status.methods().stream()
            .map(terms -> terms.id().text())
            .collect(Collectors.joining(", "))
        + status.account().map(account -> " to " + account).orElse("");
  }

  private ParameterException wrong(String text) {
    return new ParameterException(spec.commandLine(), text);
  }
}
