package io.lesnode.les.client;

import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.LesWireException;
import io.lesnode.les.wire.RequestCostEntry;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.config.ForkId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of the LES handshake: the Status to send and the verdict on the server's. Pure
 * functions (les.md 1.4; geth {@code les/peer.go}, {@code serverPeer.Handshake}).
 *
 * <p>A client never sends {@code flowControl/MRR}: its presence marks a server, and two servers
 * keep silent. The head keys are sent as zero because servers up to geth 1.9.11 demand them.
 */
final class Handshake {
  private static final long ANNOUNCE_SIMPLE = 1;
  private static final long ANNOUNCE_SIGNED = 2;
  private static final int FORK_ID_SINCE_VERSION = 4;

  /** What both sides must agree on. */
  interface LocalChain {
    /** The genesis hash. */
    Bytes32 genesisHash();

    /** The network id. */
    long networkId();

    /** Our fork id at our current header. */
    ForkId forkId();

    /** Why a remote fork id contradicts our chain (EIP-2124), or null if it does not. */
    @Nullable String forkIdFault(ForkId remote);
  }

  /** The verdict. */
  sealed interface Verdict {
    /** The server can be used. */
    record Accepted(ServerTerms terms) implements Verdict {}

    /** It cannot. */
    record Rejected(RefusalReason reason) implements Verdict {}
  }

  /** Without any of these a server only announces heads. */
  private static final List<String> SERVICE_KEYS =
      List.of(StatusKeys.SERVE_CHAIN_SINCE, StatusKeys.SERVE_STATE_SINCE, StatusKeys.TX_RELAY);

  private Handshake() {}

  /**
   * The Status to send.
   *
   * @param trusted whether the server's heads count for agreement; then they must be signed
   */
  static LesMessage.Status ourStatus(LesVersion version, LocalChain chain, boolean trusted) {
    KeyValues.Builder values =
        KeyValues.builder()
            .unsignedLong(StatusKeys.PROTOCOL_VERSION, version.number())
            .unsignedLong(StatusKeys.NETWORK_ID, chain.networkId())
            .unsigned256(StatusKeys.HEAD_TD, UInt256.ZERO)
            .bytes(StatusKeys.HEAD_HASH, Bytes32.ZERO)
            .unsignedLong(StatusKeys.HEAD_NUMBER, 0)
            .bytes(StatusKeys.GENESIS_HASH, chain.genesisHash());
    if (version.number() >= FORK_ID_SINCE_VERSION) {
      values.raw(StatusKeys.FORK_ID, RLP.encode(chain.forkId()::writeTo));
    }
    return new LesMessage.Status(
        values
            .unsignedLong(StatusKeys.ANNOUNCE_TYPE, trusted ? ANNOUNCE_SIGNED : ANNOUNCE_SIMPLE)
            .build());
  }

  /**
   * Judges the server's Status; the checks come in geth's order.
   *
   * @param trusted whether a server that serves nothing but heads is welcome
   */
  static Verdict judge(LesVersion version, LocalChain chain, KeyValues status, boolean trusted) {
    try {
      return judgeStrictly(version, chain, status, trusted);
    } catch (LesWireException e) {
      return rejected(new RefusalReason.BadStatus(String.valueOf(e.getMessage())));
    }
  }

  private static Verdict judgeStrictly(
      LesVersion version, LocalChain chain, KeyValues status, boolean trusted) {
    if (status.sizeBytes() > LesLimits.MAX_KEY_VALUE_BYTES) {
      return rejected(
          new RefusalReason.BadStatus(
              status.sizeBytes() + " bytes, at most " + LesLimits.MAX_KEY_VALUE_BYTES));
    }
    RefusalReason mismatch = identityFault(version, chain, status);
    if (mismatch == null && version.number() >= FORK_ID_SINCE_VERSION) {
      mismatch = forkIdFault(chain, status);
    }
    if (mismatch == null) {
      mismatch = firstMissing(version, status, trusted);
    }
    return mismatch == null ? judgeTerms(version, status) : rejected(mismatch);
  }

  private static @Nullable RefusalReason identityFault(
      LesVersion version, LocalChain chain, KeyValues status) {
    for (String key :
        List.of(StatusKeys.PROTOCOL_VERSION, StatusKeys.NETWORK_ID, StatusKeys.GENESIS_HASH)) {
      if (!status.contains(key)) {
        return new RefusalReason.MissingKey(key);
      }
    }
    Bytes32 genesisHash = status.requireHash(StatusKeys.GENESIS_HASH);
    if (!genesisHash.equals(chain.genesisHash())) {
      return new RefusalReason.OtherGenesis(chain.genesisHash(), genesisHash);
    }
    long networkId = status.requireUnsignedLong(StatusKeys.NETWORK_ID);
    if (networkId != chain.networkId()) {
      return new RefusalReason.OtherNetwork(chain.networkId(), networkId);
    }
    long theirVersion = status.requireUnsignedLong(StatusKeys.PROTOCOL_VERSION);
    return theirVersion == version.number()
        ? null
        : new RefusalReason.OtherVersion(version.number(), theirVersion);
  }

  private static @Nullable RefusalReason forkIdFault(LocalChain chain, KeyValues status) {
    Optional<ForkId> forkId = status.value(StatusKeys.FORK_ID, ForkId::readFrom);
    if (forkId.isEmpty()) {
      return new RefusalReason.MissingKey(StatusKeys.FORK_ID);
    }
    String fault = chain.forkIdFault(forkId.get());
    return fault == null ? null : new RefusalReason.ForkIdRejected(fault);
  }

  private static @Nullable RefusalReason firstMissing(
      LesVersion version, KeyValues status, boolean trusted) {
    for (String key : List.of(StatusKeys.HEAD_TD, StatusKeys.HEAD_HASH, StatusKeys.HEAD_NUMBER)) {
      if (!status.contains(key)) {
        return new RefusalReason.MissingKey(key);
      }
    }
    if (version.number() >= FORK_ID_SINCE_VERSION
        && !status.contains(StatusKeys.RECENT_TX_LOOKUP)) {
      return new RefusalReason.MissingKey(StatusKeys.RECENT_TX_LOOKUP);
    }
    for (String key : SERVICE_KEYS) {
      if (!status.contains(key) && !trusted) {
        return new RefusalReason.Useless("no " + key + ": it only announces heads");
      }
    }
    for (String key :
        List.of(StatusKeys.BUFFER_LIMIT, StatusKeys.MIN_RECHARGE, StatusKeys.REQUEST_COSTS)) {
      if (!status.contains(key)) {
        return new RefusalReason.MissingKey(key);
      }
    }
    return null;
  }

  private static Verdict judgeTerms(LesVersion version, KeyValues status) {
    UInt256 headTd = status.requireUnsigned256(StatusKeys.HEAD_TD);
    if (headTd.bitLength() > LesLimits.MAX_TOTAL_DIFFICULTY_BITS) {
      return rejected(
          new RefusalReason.BadStatus("total difficulty of " + headTd.bitLength() + " bits"));
    }
    boolean announceOnly = !SERVICE_KEYS.stream().allMatch(status::contains);
    Map<RequestKind, RequestCost> costs =
        announceOnly
            ? Map.of()
            : costsOf(status.requestCosts(StatusKeys.REQUEST_COSTS).orElse(List.of()));
    for (RequestKind kind : RequestKind.all()) {
      if (!announceOnly && !costs.containsKey(kind)) {
        return rejected(new RefusalReason.Useless("no cost is given for " + kind));
      }
    }
    long bufferLimit = status.requireUnsignedLong(StatusKeys.BUFFER_LIMIT);
    long minRecharge = status.requireUnsignedLong(StatusKeys.MIN_RECHARGE);
    if (!CreditTerms.isSane(bufferLimit, minRecharge)) {
      return rejected(
          new RefusalReason.Useless(
              "credit limit %s, recharge %s"
                  .formatted(
                      Long.toUnsignedString(bufferLimit), Long.toUnsignedString(minRecharge))));
    }
    AnnouncedHead head =
        new AnnouncedHead(
            status.requireHash(StatusKeys.HEAD_HASH),
            status.requireUnsignedLong(StatusKeys.HEAD_NUMBER),
            headTd);
    if (head.number() < 0) {
      return rejected(new RefusalReason.BadStatus("head number beyond 2^63"));
    }
    return new Verdict.Accepted(
        new ServerTerms(
            version.number(),
            head,
            range(status, StatusKeys.SERVE_CHAIN_SINCE),
            range(status, StatusKeys.SERVE_RECENT_CHAIN),
            range(status, StatusKeys.SERVE_STATE_SINCE),
            range(status, StatusKeys.SERVE_RECENT_STATE),
            version.number() >= FORK_ID_SINCE_VERSION
                ? range(status, StatusKeys.RECENT_TX_LOOKUP)
                : 0,
            bufferLimit,
            minRecharge,
            costs,
            checkpoint(status)));
  }

  /** The advertised checkpoint; a malformed one is as good as none. */
  private static Optional<RegisteredCheckpoint> checkpoint(KeyValues status) {
    try {
      OptionalLong height = status.unsignedLong(StatusKeys.CHECKPOINT_HEIGHT);
      return height.isEmpty()
          ? Optional.empty()
          : status
              .checkpoint(StatusKeys.CHECKPOINT)
              .map(entry -> new RegisteredCheckpoint(entry, height.getAsLong()));
    } catch (LesWireException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The costs by kind; entries for codes that we never send are ignored. */
  static Map<RequestKind, RequestCost> costsOf(List<RequestCostEntry> entries) {
    Map<RequestKind, RequestCost> costs = new EnumMap<>(RequestKind.class);
    for (RequestCostEntry entry : entries) {
      RequestKind.ofCode(entry.code()).ifPresent(kind -> costs.put(kind, entry.cost()));
    }
    return costs;
  }

  private static long range(KeyValues status, String key) {
    long value = status.unsignedLong(key).orElse(0);
    return value < 0 ? Long.MAX_VALUE : value;
  }

  private static Verdict rejected(RefusalReason reason) {
    return new Verdict.Rejected(reason);
  }
}
