package io.lesnode.app.cli;

import io.lesnode.app.node.NodeFailure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells a demonstration to a person, step by step, and waits for what it shows. Confined to one
 * thread.
 */
final class DemoNarrator {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 40;

  private final PrintWriter out;
  private final Ending ending;
  private final long startNanos = System.nanoTime();
  private int step;

  DemoNarrator(PrintWriter out, Ending ending) {
    this.out = out;
    this.ending = ending;
  }

  /** Asks until there is an answer; the demo has failed when there is none in time. */
  <T> T waitFor(String what, Supplier<Optional<T>> question) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (ending.isWished()) {
        throw new Demo.StoppedException();
      }
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new Demo.StoppedException();
      }
    }
    throw new NodeFailure(
        "the demo waited in vain for " + what,
        "nothing came within " + PATIENCE.toSeconds() + " s",
        "Run it again with --verbosity 4 and report what it prints",
        null);
  }

  /** A step. */
  void say(String text) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    out.printf(Locale.ROOT, "%6.2f s  %2d. %s%n", seconds, ++step, text);
    out.flush();
  }

  /** More about the last step. */
  void detail(String text) {
    out.println("              " + text);
    out.flush();
  }
}
