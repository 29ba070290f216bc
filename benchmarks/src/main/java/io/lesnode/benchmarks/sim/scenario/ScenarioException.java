package io.lesnode.benchmarks.sim.scenario;

/** A scenario that cannot be used; the message is one line that begins with the place. */
public final class ScenarioException extends RuntimeException {
  /** A message that names the place, what is wrong there and what would be right. */
  public ScenarioException(String message) {
    super(oneLine(message), null, false, false);
  }

  /** The one line. */
  public String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }

  /** What was quoted from a file may hold line ends and control characters; the line may not. */
  private static String oneLine(String message) {
    StringBuilder line = new StringBuilder();
    message
        .codePoints()
        .limit(500)
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .forEach(line::appendCodePoint);
    return line.toString();
  }
}
