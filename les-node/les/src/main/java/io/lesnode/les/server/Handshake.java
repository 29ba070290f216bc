package io.lesnode.les.server;

import io.lesnode.chain.index.RegisteredCheckpoint;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesError;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage.Status;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.LesWireException;
import io.lesnode.les.wire.RequestCostEntry;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ForkId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a server says in its Status and how it judges a client's; stateless.
 *
 * <p>Reference: geth v1.10.26, les/peer.go, handshake and clientPeer.Handshake.
 */
final class Handshake {

  /** A server promises this much less history than it has, because its head moves on. */
  private static final long SAFETY_MARGIN_BLOCKS = 4;

  private static final long STATES_IN_MEMORY = 128;
  private static final long WHOLE_TX_INDEX = 0;
  private static final long NO_TX_INDEX = 1;

  private final LesServerConfig config;
  private final ServedChain chain;

  Handshake(LesServerConfig config, ServedChain chain) {
    this.config = config;
    this.chain = chain;
  }

  /** Who the peer is, by its Status. */
  sealed interface Verdict {
    /** A light client that wants these announcements. */
    record Client(AnnounceType announceType) implements Verdict {}

    /** Another server; the link stays silent. */
    record Server() implements Verdict {}
  }

  /** Whether clients of a version can be served at all. */
  boolean serves(LesVersion version) {
    return version.hasForkId() || recentTxLookup() == WHOLE_TX_INDEX;
  }

  /** Our Status. */
  Status status(LesVersion version, ServedHead head, CreditParams params, CostTable costs) {
    BlockHeader header = head.header();
    KeyValues.Builder list =
        KeyValues.builder()
            .unsignedLong(StatusKeys.PROTOCOL_VERSION, version.number())
            .unsignedLong(StatusKeys.NETWORK_ID, config.networkId())
            .unsigned256(StatusKeys.HEAD_TD, head.totalDifficulty())
            .bytes(StatusKeys.HEAD_HASH, header.hash())
            .unsignedLong(StatusKeys.HEAD_NUMBER, header.number())
            .bytes(StatusKeys.GENESIS_HASH, chain.genesisHash());
    if (version.hasForkId()) {
      list.forkId(
          StatusKeys.FORK_ID, chain.forkSchedule().idAt(header.number(), header.timestamp()));
    }
    if (!config.announceOnly()) {
      long recentStates = chain.isArchive() ? 0 : STATES_IN_MEMORY - SAFETY_MARGIN_BLOCKS;
      list.flag(StatusKeys.SERVE_HEADERS)
          .unsignedLong(StatusKeys.SERVE_CHAIN_SINCE, 0)
          .unsignedLong(StatusKeys.SERVE_STATE_SINCE, 0)
          .unsignedLong(StatusKeys.SERVE_RECENT_STATE, recentStates)
          .flag(StatusKeys.TX_RELAY);
    }
    if (version.hasForkId()) {
      list.unsignedLong(StatusKeys.RECENT_TX_LOOKUP, recentTxLookup());
    }
    list.unsignedLong(StatusKeys.BUFFER_LIMIT, params.bufferLimit())
        .unsignedLong(StatusKeys.MIN_RECHARGE, params.rechargePerMilli())
        .requestCosts(StatusKeys.REQUEST_COSTS, lines(costs));
    chain.registeredCheckpoint().ifPresent(checkpoint -> announce(checkpoint, list));
    return new Status(list.build());
  }

  private static void announce(RegisteredCheckpoint registered, KeyValues.Builder list) {
    list.checkpoint(StatusKeys.CHECKPOINT, registered.checkpoint())
        .unsignedLong(StatusKeys.CHECKPOINT_HEIGHT, registered.registerHeight());
  }

  /**
   * Judges a peer's Status.
   *
   * @throws LesWireException naming the first check that failed
   */
  Verdict judge(LesVersion version, Status status, ServedHead head) {
    KeyValues values = status.values();
    if (values.sizeBytes() > LesLimits.MAX_KEY_VALUE_BYTES) {
      throw new LesWireException(
          LesError.REQUEST_REJECTED, "Status of " + values.sizeBytes() + " bytes");
    }
    long theirVersion = values.requireUnsignedLong(StatusKeys.PROTOCOL_VERSION);
    long theirNetwork = values.requireUnsignedLong(StatusKeys.NETWORK_ID);
    Bytes32 theirGenesis = values.requireHash(StatusKeys.GENESIS_HASH);
    if (!theirGenesis.equals(chain.genesisHash())) {
      throw mismatch(LesError.GENESIS_MISMATCH, theirGenesis, chain.genesisHash());
    }
    if (theirNetwork != config.networkId()) {
      throw mismatch(
          LesError.NETWORK_ID_MISMATCH,
          Long.toUnsignedString(theirNetwork),
          Long.toUnsignedString(config.networkId()));
    }
    if (theirVersion != version.number()) {
      throw mismatch(
          LesError.PROTOCOL_VERSION_MISMATCH,
          Long.toUnsignedString(theirVersion),
          version.number());
    }
    if (version.hasForkId()) {
      checkForkId(values, head.header());
    }
    return values.contains(StatusKeys.MIN_RECHARGE)
        ? new Verdict.Server()
        : new Verdict.Client(announceType(values));
  }

  private void checkForkId(KeyValues values, BlockHeader head) {
    ForkId theirs =
        values
            .forkId(StatusKeys.FORK_ID)
            .orElseThrow(() -> new LesWireException(LesError.MISSING_KEY, StatusKeys.FORK_ID));
    ForkId.Verdict verdict = chain.forkSchedule().judge(theirs, head.number(), head.timestamp());
    if (verdict != ForkId.Verdict.COMPATIBLE) {
      throw new LesWireException(LesError.FORK_ID_REJECTED, verdict.text());
    }
  }

  /** Absent or unreadable means simple, as in geth. */
  private static AnnounceType announceType(KeyValues values) {
    try {
      OptionalLong type = values.unsignedLong(StatusKeys.ANNOUNCE_TYPE);
      return type.isPresent() ? AnnounceType.ofNumber(type.getAsLong()) : AnnounceType.SIMPLE;
    } catch (LesWireException e) {
      return AnnounceType.SIMPLE;
    }
  }

  private long recentTxLookup() {
    long limit = config.txLookupLimitBlocks();
    if (config.announceOnly()) {
      return NO_TX_INDEX;
    }
    if (limit == 0) {
      return WHOLE_TX_INDEX;
    }
    return limit < SAFETY_MARGIN_BLOCKS ? NO_TX_INDEX : limit - SAFETY_MARGIN_BLOCKS + 1;
  }

  private static List<RequestCostEntry> lines(CostTable costs) {
    List<RequestCostEntry> lines = new ArrayList<>();
    costs.asMap().forEach((kind, cost) -> lines.add(new RequestCostEntry(kind.code(), cost)));
    return lines;
  }

  private static LesWireException mismatch(LesError error, Object theirs, Object ours) {
    return new LesWireException(error, theirs + " (we: " + ours + ")");
  }
}
