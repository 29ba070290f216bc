package io.lesnode.les.client;

import java.util.List;
import java.util.stream.Collectors;

/** Why the light client has no verified answer. Every case explains itself to a person. */
public sealed interface RetrievalFailure {

  /** One server's part in a failure: its short name and what was wrong with its answer. */
  record Complaint(String server, String reason) {
    private static final int MOST_IN_A_TEXT = 5;
    private static final int MAX_REASON_CHARS = 300;

    /** Servers choose some of these words: what is shown of them is short and printable. */
    public Complaint {
      reason = printable(reason);
    }

    private static String printable(String text) {
      StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_REASON_CHARS));
      for (int i = 0; i < text.length() && i < MAX_REASON_CHARS; i++) {
        char letter = text.charAt(i);
        boolean shows =
            !Character.isISOControl(letter) && Character.getType(letter) != Character.FORMAT;
        shown.append(shows ? letter : '?');
      }
      return text.length() > MAX_REASON_CHARS ? shown + "…" : shown.toString();
    }

    /** Complaints for a person to read; of many only the first few. */
    static String text(List<Complaint> complaints) {
      String text =
          complaints.stream()
              .limit(MOST_IN_A_TEXT)
              .map(complaint -> complaint.server() + ": " + complaint.reason())
              .collect(Collectors.joining("; "));
      int more = complaints.size() - MOST_IN_A_TEXT;
      return more > 0 ? text + "; and " + more + " more" : text;
    }
  }

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
          .formatted(what, Complaint.text(complaints));
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

  /** There is more of it than the caller wants. */
  record TooMany(String what, int limit) implements RetrievalFailure {
    @Override
    public String message() {
      return "Could not get %s: there are more than %d. Ask for fewer blocks at once."
          .formatted(what, limit);
    }
  }

  /**
   * The caller did not wait any longer; the question itself may still be under way.
   *
   * @param reason what became of the caller: "was interrupted", "has no more time"
   */
  record GivenUp(String what, String reason) implements RetrievalFailure {
    @Override
    public String message() {
      return "Could not get %s: the caller %s.".formatted(what, reason);
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
