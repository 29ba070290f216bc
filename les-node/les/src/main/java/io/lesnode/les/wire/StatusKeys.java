package io.lesnode.les.wire;

/** The keys of Status and of parameter updates in announcements (geth v1.10.26, les/peer.go). */
public final class StatusKeys {

  /** uint64, both sides. */
  public static final String PROTOCOL_VERSION = "protocolVersion";

  /** uint64, both sides. */
  public static final String NETWORK_ID = "networkId";

  /** Big integer, both sides; a client sends zero. */
  public static final String HEAD_TD = "headTd";

  /** Hash, both sides; a client sends zero. */
  public static final String HEAD_HASH = "headHash";

  /** uint64, both sides; a client sends zero. */
  public static final String HEAD_NUMBER = "headNum";

  /** Hash, both sides. */
  public static final String GENESIS_HASH = "genesisHash";

  /** {@code [hash4, next]}, both sides since les/4 (EIP-2124). */
  public static final String FORK_ID = "forkID";

  /** Flag, server. */
  public static final String SERVE_HEADERS = "serveHeaders";

  /** uint64, server. */
  public static final String SERVE_CHAIN_SINCE = "serveChainSince";

  /** uint64, defined but never sent by geth; zero means unlimited. */
  public static final String SERVE_RECENT_CHAIN = "serveRecentChain";

  /** uint64, server. */
  public static final String SERVE_STATE_SINCE = "serveStateSince";

  /** uint64, server; zero means an archive. */
  public static final String SERVE_RECENT_STATE = "serveRecentState";

  /** Flag, server. */
  public static final String TX_RELAY = "txRelay";

  /** uint64, server since les/4: 0 whole index, 1 none, N + 1 the last N blocks. */
  public static final String RECENT_TX_LOOKUP = "recentTxLookup";

  /** uint64, server; also in parameter updates. */
  public static final String BUFFER_LIMIT = "flowControl/BL";

  /** uint64, server; its presence marks the sender as a server. Also in parameter updates. */
  public static final String MIN_RECHARGE = "flowControl/MRR";

  /** {@code [[code, base, perItem]…]}, server. */
  public static final String REQUEST_COSTS = "flowControl/MRC";

  /** {@code [sectionIndex, sectionHead, chtRoot, bloomRoot]}, server, optional. */
  public static final String CHECKPOINT = "checkpoint/value";

  /** uint64, server, optional: the block in which the checkpoint was registered. */
  public static final String CHECKPOINT_HEIGHT = "checkpoint/registerHeight";

  /** uint64, client: 0 none, 1 simple, 2 signed; absent means 1. */
  public static final String ANNOUNCE_TYPE = "announceType";

  /** 65 bytes {@code r‖s‖v}, in signed announcements. */
  public static final String SIGNATURE = "sign";

  private StatusKeys() {}
}
