package io.lesnode.les.client;

import org.apache.tuweni.bytes.Bytes32;

/**
 * Why a server cannot be used. The first group is decided by this client from the server's Status
 * (les.md 1.4, geth {@code les/peer.go}), the second is what ended a connection from outside.
 */
public sealed interface RefusalReason {

  /** What is wrong and what to do about it. */
  String message();

  /** The first message was not a well-formed Status. */
  record BadStatus(String detail) implements RefusalReason {
    @Override
    public String message() {
      return "its first message is not a valid LES Status (" + detail + ")";
    }
  }

  /** A key that this client needs is missing from the Status. */
  record MissingKey(String key) implements RefusalReason {
    @Override
    public String message() {
      return "its Status lacks " + key + "; it is too old or no LES server";
    }
  }

  /** It follows a chain with another genesis block. */
  record OtherGenesis(Bytes32 ours, Bytes32 theirs) implements RefusalReason {
    @Override
    public String message() {
      return "its genesis block is %s, ours is %s; use the genesis file of its network"
          .formatted(theirs, ours);
    }
  }

  /** It belongs to another network. */
  record OtherNetwork(long ours, long theirs) implements RefusalReason {
    @Override
    public String message() {
      return "its network id is %s, ours is %s; set --networkid"
          .formatted(Long.toUnsignedString(theirs), Long.toUnsignedString(ours));
    }
  }

  /** Its Status names another protocol version than the one that was negotiated. */
  record OtherVersion(int negotiated, long theirs) implements RefusalReason {
    @Override
    public String message() {
      return "it negotiated les/%d but speaks les/%d".formatted(negotiated, theirs);
    }
  }

  /** Its fork schedule contradicts ours (EIP-2124). */
  record ForkIdRejected(String detail) implements RefusalReason {
    @Override
    public String message() {
      return "its fork id does not fit our chain configuration (" + detail + ")";
    }
  }

  /** It does not serve what a light client needs. */
  record Useless(String detail) implements RefusalReason {
    @Override
    public String message() {
      return "it does not serve light clients fully (" + detail + ")";
    }
  }

  /** It sent no Status within the time allowed. */
  record NoStatus(long waitedMillis) implements RefusalReason {
    @Override
    public String message() {
      return "it sent no LES Status within " + waitedMillis + " ms";
    }
  }

  /** It was caught lying or breaking the protocol and is shut out for a while. */
  record ShutOut(String detail) implements RefusalReason {
    @Override
    public String message() {
      return "it was dropped for bad answers (" + detail + ")";
    }
  }

  /** It closed the connection; light servers that are full or not synced do so. */
  record ClosedByServer(String reason) implements RefusalReason {
    @Override
    public String message() {
      return "it closed the connection (" + reason + "); it may be full or not synced";
    }
  }

  /** It is full. */
  record Full() implements RefusalReason {
    @Override
    public String message() {
      return "it is full and takes no more clients now; add other servers, or wait";
    }
  }

  /** This client has as many servers as it wants. */
  record TooManyServers(int limit) implements RefusalReason {
    @Override
    public String message() {
      return "this client already uses " + limit + " servers";
    }
  }
}
