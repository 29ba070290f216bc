package io.lesnode.les.client;

import io.lesnode.devp2p.DisconnectReason;

/**
 * What a server did wrong, with the penalty for it. {@link ServerTable#onFault} is the one place
 * that turns a fault into action.
 */
sealed interface ServerFault {

  /** What a fault costs the server. */
  enum Penalty {
    /** Counted; too many in a while end the connection. */
    COUNT,
    /** The connection ends; the server may come back. */
    DROP,
    /** The connection ends and the server stays shut out for a while. */
    SHUT_OUT
  }

  /** The penalty. */
  Penalty penalty();

  /** What the server is told. */
  DisconnectReason disconnectReason();

  /** What happened, for logs and people. */
  String reason();

  /** A message that cannot be decoded or is not allowed now. */
  record BadMessage(String reason) implements ServerFault {
    @Override
    public Penalty penalty() {
      return Penalty.SHUT_OUT;
    }

    @Override
    public DisconnectReason disconnectReason() {
      return DisconnectReason.SUBPROTOCOL_ERROR;
    }
  }

  /** An answer or announcement that contradicts a hash or a rule of the chain. */
  record Lie(String reason) implements ServerFault {
    @Override
    public Penalty penalty() {
      return Penalty.SHUT_OUT;
    }

    @Override
    public DisconnectReason disconnectReason() {
      return DisconnectReason.SUBPROTOCOL_ERROR;
    }
  }

  /** An empty, short or unexpected answer. */
  record Unhelpful(String reason) implements ServerFault {
    @Override
    public Penalty penalty() {
      return Penalty.COUNT;
    }

    @Override
    public DisconnectReason disconnectReason() {
      return DisconnectReason.USELESS_PEER;
    }
  }

  /** Silence beyond the hard timeout. geth disconnects with reason 0x00. */
  record TooSlow(String reason) implements ServerFault {
    @Override
    public Penalty penalty() {
      return Penalty.DROP;
    }

    @Override
    public DisconnectReason disconnectReason() {
      return DisconnectReason.REQUESTED;
    }
  }

  /** Its Status says that it cannot be used. */
  record Refused(RefusalReason why) implements ServerFault {
    @Override
    public Penalty penalty() {
      return Penalty.DROP;
    }

    @Override
    public DisconnectReason disconnectReason() {
      return switch (why) {
        case RefusalReason.BadStatus b -> DisconnectReason.SUBPROTOCOL_ERROR;
        case RefusalReason.MissingKey m -> DisconnectReason.SUBPROTOCOL_ERROR;
        case RefusalReason.OtherGenesis g -> DisconnectReason.SUBPROTOCOL_ERROR;
        case RefusalReason.OtherNetwork n -> DisconnectReason.SUBPROTOCOL_ERROR;
        case RefusalReason.OtherVersion v -> DisconnectReason.SUBPROTOCOL_ERROR;
        case RefusalReason.ForkIdRejected f -> DisconnectReason.SUBPROTOCOL_ERROR;
        case RefusalReason.Useless u -> DisconnectReason.USELESS_PEER;
        case RefusalReason.NoStatus n -> DisconnectReason.READ_TIMEOUT;
        case RefusalReason.ShutOut s -> DisconnectReason.USELESS_PEER;
        case RefusalReason.ClosedByServer c -> DisconnectReason.REQUESTED;
        case RefusalReason.Full f -> DisconnectReason.REQUESTED;
        case RefusalReason.TooManyServers t -> DisconnectReason.TOO_MANY_PEERS;
      };
    }

    @Override
    public String reason() {
      return why.message();
    }
  }
}
