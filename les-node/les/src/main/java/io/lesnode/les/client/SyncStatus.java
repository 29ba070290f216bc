package io.lesnode.les.client;

import java.util.List;

/** What the light client is doing and, if it waits, what it waits for. Immutable. */
public sealed interface SyncStatus {

  /** One line for a person. */
  String message();

  /** No server is configured or connected, and none is being dialled. */
  record NoServer() implements SyncStatus {
    @Override
    public String message() {
      return "no LES server is known; add one with its enode URL";
    }
  }

  /** Servers are known and being dialled, none has completed the handshake yet. */
  record Connecting(List<String> servers) implements SyncStatus {
    public Connecting {
      servers = List.copyOf(servers);
    }

    @Override
    public String message() {
      return "connecting to " + String.join(", ", servers);
    }
  }

  /** The last server met was refused, or refused us, and no other is connected. */
  record Refused(String server, RefusalReason reason) implements SyncStatus {
    @Override
    public String message() {
      return "server %s cannot be used: %s".formatted(server, reason.message());
    }
  }

  /** Headers are being fetched and verified. */
  record Syncing(long startingBlock, long currentBlock, long highestBlock, String server)
      implements SyncStatus {
    @Override
    public String message() {
      return "syncing headers %d of %d from %s".formatted(currentBlock, highestBlock, server);
    }
  }

  /** The chain is about to go on from a checkpoint, which a server has to prove. */
  record Jumping(long section, String server) implements SyncStatus {
    @Override
    public String message() {
      return "going to the checkpoint at the end of section %d, proven by %s"
          .formatted(section, server);
    }
  }

  /**
   * An ultra light client has servers, but too few of those that it trusts announce the same head.
   *
   * @param agreeing how many trusted servers announced the head
   * @param trusted how many there are
   * @param needed how many must
   * @param announced the number of that head
   * @param headNumber the head that was agreed on last
   */
  record NotAgreed(int agreeing, int trusted, int needed, long announced, long headNumber)
      implements SyncStatus {
    @Override
    public String message() {
      return "not enough agreement: %d of %d trusted servers announce%s block %d, %d must; the head"
              .formatted(agreeing, trusted, agreeing == 1 ? "s" : "", announced, needed)
          + " stays at block "
          + headNumber;
    }
  }

  /** The local head is the heaviest that any connected server announced. */
  record Synced(long headNumber, int servers) implements SyncStatus {
    @Override
    public String message() {
      return "synced at block %d with %d server%s"
          .formatted(headNumber, servers, servers == 1 ? "" : "s");
    }
  }

  /** The client was closed. */
  record Closed() implements SyncStatus {
    @Override
    public String message() {
      return "closed";
    }
  }
}
