package io.lesnode.les.client;

import java.util.List;
import java.util.stream.Collectors;

/** Why the light client has no verified answer. Every case explains itself to a person. */
public sealed interface RetrievalFailure {

  /** One server's part in a failure: its short name and what was wrong with its answer. */
  record Complaint(String server, String reason) {}

  /** What was asked for, in words that fit "could not get …". */
  String what();

  /** What happened, why, and what to do next. */
  String message();

  /** No server is connected that could be asked; {@code status} tells the state of the search. */
  record NoServer(String what, String status) implements RetrievalFailure {
    @Override
    public String message() {
      return "Could not get %s: no LES server is connected (%s). Check the server list, or wait."
          .formatted(what, status);
    }
  }

  /** Servers are connected, but none of them keeps the data of that block. */
  record NotServed(String what, String detail) implements RetrievalFailure {
    @Override
    public String message() {
      return "Could not get %s: %s. Ask about a more recent block or add an archive server."
          .formatted(what, detail);
    }
  }

  /** Every suitable server was asked and said that it does not know the thing. */
  record NotKnown(String what, int servers) implements RetrievalFailure {
    @Override
    public String message() {
      return "Could not get %s: none of %d servers knows it.".formatted(what, servers);
    }
  }

  /** Servers were asked and stayed silent. */
  record TimedOut(String what, long waitedMillis, List<String> servers)
      implements RetrievalFailure {
    public TimedOut {
      servers = List.copyOf(servers);
    }

    @Override
    public String message() {
      return "Could not get %s: no answer within %d ms from %s. Try again or add another server."
          .formatted(what, waitedMillis, servers.isEmpty() ? "any server" : servers);
    }
  }

  /** Every server that answered sent something that does not verify. */
  record InvalidAnswers(String what, List<Complaint> complaints) implements RetrievalFailure {
    public InvalidAnswers {
      complaints = List.copyOf(complaints);
    }

    @Override
    public String message() {
      return "Could not get %s: no server gave a valid answer (%s). Add a server you trust more."
          .formatted(
              what,
              complaints.stream()
                  .map(c -> c.server() + ": " + c.reason())
                  .collect(Collectors.joining("; ")));
    }
  }

  /** Servers answered, and all of them refused the transaction. */
  record TransactionRefused(String what, List<Complaint> complaints) implements RetrievalFailure {
    public TransactionRefused {
      complaints = List.copyOf(complaints);
    }

    /** The words of the first server, as geth's pool gives them. */
    @Override
    public String message() {
      return complaints.isEmpty() ? "transaction refused" : complaints.getFirst().reason();
    }
  }

  /** The block is not part of the header chain this client knows. */
  record UnknownBlock(String what, String block) implements RetrievalFailure {
    @Override
    public String message() {
      return "Could not get %s: block %s is not known to this light client (yet)."
          .formatted(what, block);
    }
  }

  /** The client was closed while the question was open. */
  record ClientClosed(String what) implements RetrievalFailure {
    @Override
    public String message() {
      return "Could not get " + what + ": the light client was closed.";
    }
  }
}
