package io.lesnode.les.server;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.les.wire.LesError;
import io.lesnode.les.wire.LesVersion;

/**
 * Why a server ends a connection. Each fault names the reason that the peer is told; error codes of
 * LES never travel.
 */
sealed interface PeerFault {

  /** What the peer is told. */
  DisconnectReason reason();

  /** What the operator reads. */
  String text();

  /** What it means for the peer. */
  default ClientEvent.Kind kind() {
    return switch (this) {
      case Breach breach -> breach.byClient() ? ClientEvent.Kind.DROPPED : ClientEvent.Kind.REFUSED;
      case TooManyInvalidRequests invalid -> ClientEvent.Kind.DROPPED;
      case Overrun overrun -> ClientEvent.Kind.DROPPED;
      case MessageFromServer message -> ClientEvent.Kind.DROPPED;
      case Kicked kicked -> ClientEvent.Kind.KICKED;
      case HandshakeTimeout timeout -> ClientEvent.Kind.REFUSED;
      case UnservedVersion version -> ClientEvent.Kind.REFUSED;
      case NotSynced behind -> ClientEvent.Kind.REFUSED;
      case NoCapacity full -> ClientEvent.Kind.REFUSED;
      case AlreadyConnected twice -> ClientEvent.Kind.REFUSED;
      case TooManyServers servers -> ClientEvent.Kind.REFUSED;
    };
  }

  /**
   * A message that the protocol does not allow, or a Status that does not fit.
   *
   * @param byClient whether the peer was being served already: geth's pool lets go of such a client
   *     first, which tells it 0x00 before the error can
   */
  record Breach(LesError error, String detail, boolean byClient) implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return byClient ? DisconnectReason.REQUESTED : DisconnectReason.SUBPROTOCOL_ERROR;
    }

    @Override
    public String text() {
      return detail;
    }
  }

  /** No Status within five seconds. */
  record HandshakeTimeout() implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return DisconnectReason.READ_TIMEOUT;
    }

    @Override
    public String text() {
      return "no Status in time";
    }
  }

  /** More than the tolerated number of requests for things that do not exist. */
  record TooManyInvalidRequests(long count) implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return DisconnectReason.REQUESTED;
    }

    @Override
    public String text() {
      return "too many invalid requests made: " + count;
    }
  }

  /** A request beyond the credit of a client that knows no Stop. */
  record Overrun() implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return DisconnectReason.USELESS_PEER;
    }

    @Override
    public String text() {
      return "a les/2 client overran its buffer";
    }
  }

  /** Not every transaction is indexed, which versions before les/4 cannot express. */
  record UnservedVersion(LesVersion version) implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return DisconnectReason.SUBPROTOCOL_ERROR;
    }

    @Override
    public String text() {
      return version + " needs a complete transaction index";
    }
  }

  /** We are behind and do not serve yet. */
  record NotSynced() implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return DisconnectReason.REQUESTED;
    }

    @Override
    public String text() {
      return "we are not synced";
    }
  }

  /** No room for another client. */
  record NoCapacity(String text) implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return DisconnectReason.REQUESTED;
    }
  }

  /** Others have a better claim to the place of a client. */
  record Kicked(String text) implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return DisconnectReason.REQUESTED;
    }
  }

  /** The same node is being served on another connection. */
  record AlreadyConnected() implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return DisconnectReason.ALREADY_CONNECTED;
    }

    @Override
    public String text() {
      return "the same node is connected already";
    }
  }

  /** More silent links to other servers than there are places for. */
  record TooManyServers() implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return DisconnectReason.TOO_MANY_PEERS;
    }

    @Override
    public String text() {
      return "no place for another link to a server";
    }
  }

  /** Another server broke the silence of a server–server link. */
  record MessageFromServer() implements PeerFault {
    @Override
    public DisconnectReason reason() {
      return DisconnectReason.QUITTING;
    }

    @Override
    public String text() {
      return "a message on an idle link between servers";
    }
  }
}
