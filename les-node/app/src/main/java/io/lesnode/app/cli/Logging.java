package io.lesnode.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import org.slf4j.LoggerFactory;

/** Sets up the log: one calm line per event on standard error, stack traces from level 4 on. */
public final class Logging {
  private Logging() {}

  /** Replaces the log set-up by lines for people; {@code verbosity} as geth's flag, 0 … 5. */
  public static void start(int verbosity) {
    start(verbosity, LogFlags.Format.TEXT);
  }

  /** Replaces the log set-up by what the flags say. */
  public static void start(LogFlags flags) {
    start(flags.verbosity, flags.format);
  }

  /** Replaces the log set-up; {@code verbosity} as geth's flag, 0 … 5. */
  static void start(int verbosity, LogFlags.Format format) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return; // another log library on the class path is its owner's choice
    }
    context.reset();
    EncoderBase<ILoggingEvent> encoder =
        switch (format) {
          case TEXT -> text(verbosity);
          case JSON -> json();
        };
    encoder.setContext(context);
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

  /** Fields of an event follow its message as {@code key=value}. */
  private static EncoderBase<ILoggingEvent> text(int verbosity) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(
        "%d{MM-dd HH:mm:ss.SSS} %-5level %-16.-16logger{0} "
            + "%replace(%replace(%msg %kvp{NONE}){'[\\r\\n]+', ' '}){' +$', ''}"
            + (verbosity >= 4 ? "%n%ex" : "%n%nopex"));
    return encoder;
  }

  /** One object a line with timestamp, level, logger, message, fields (kvpList) and throwable. */
  private static EncoderBase<ILoggingEvent> json() {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMDC(false);
    encoder.setWithArguments(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    return encoder;
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
