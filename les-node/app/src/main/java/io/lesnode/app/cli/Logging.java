package io.lesnode.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.LoggerFactory;

/** Sets up the log: one calm line per event on standard error, stack traces from level 4 on. */
final class Logging {
  private Logging() {}

  /** Replaces the log set-up; {@code verbosity} as geth's flag, 0 … 5. */
  static void start(int verbosity) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return; // another log library on the class path is its owner's choice
    }
    context.reset();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(
        "%d{MM-dd HH:mm:ss.SSS} %-5level %-16.-16logger{0} %replace(%msg){'[\\r\\n]+', ' '}"
            + (verbosity >= 4 ? "%n%ex" : "%n%nopex"));
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(console);
    root.setLevel(level(verbosity));
    // the libraries' own detail would bury ours
    context.getLogger("io.netty").setLevel(verbosity >= 5 ? Level.DEBUG : Level.WARN);
  }

  private static Level level(int verbosity) {
    return switch (verbosity) {
      case 0 -> Level.OFF;
      case 1 -> Level.ERROR;
      case 2 -> Level.WARN;
      case 3 -> Level.INFO;
      case 4 -> Level.DEBUG;
      default -> Level.TRACE;
    };
  }
}
