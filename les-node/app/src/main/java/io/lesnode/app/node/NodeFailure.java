package io.lesnode.app.node;

import org.jspecify.annotations.Nullable;

/**
 * Something outside the program keeps it from running: a port in use, a locked folder, a wrong
 * file. Says what happened, why, and what to do; the person sees those sentences and no stack
 * trace.
 */
public final class NodeFailure extends RuntimeException {
  private final String what;
  private final String why;
  private final String remedy;

  /** The three sentences, without final full stops, and the technical cause if there is one. */
  public NodeFailure(String what, String why, String remedy, @Nullable Throwable cause) {
    super(what + ": " + why, cause);
    this.what = what;
    this.why = why;
    this.remedy = remedy;
  }

  /** One line for the person. */
  public String line() {
    return what + ": " + why + (remedy.isEmpty() ? "" : ". " + remedy) + ".";
  }
}
