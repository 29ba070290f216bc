package io.lesnode.payment.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Writes the event log for other programs, as a stream: CSV (RFC 4180 with lines that end in LF) or
 * one JSON object per line. The columns are stable; new ones would come last. docs/vip.md ("The
 * books") describes them:
 *
 * <pre>
 * sequence   0, 1, 2, …
 * time       UTC, 2026-11-21T19:33:42.123Z
 * millis     the same as Unix milliseconds
 * kind       payment, exchange, sell-back, …
 * asset      wei or token
 * amount     decimal, in wei or tokens; a string in JSON, since it may exceed 2^53
 * from       account, for example claim:cheque:0x…
 * to         account, for example client:0x…
 * reference  0x…
 * </pre>
 *
 * <p>No field has a comma, a quotation mark or a line break, so nothing is quoted. Any thread.
 */
public final class LedgerExport {

  /** The first line of a CSV export. */
  public static final String CSV_HEADER =
      "sequence,time,millis,kind,asset,amount,from,to,reference";

  /** The form of an export. */
  public enum Format {
    CSV,
    JSON_LINES;

    /** The form of a name as flags have it: {@code csv} or {@code json}. */
    public static Optional<Format> ofText(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "csv" -> Optional.of(CSV);
        case "json", "jsonl" -> Optional.of(JSON_LINES);
        default -> Optional.empty();
      };
    }
  }

  /**
   * Which events.
   *
   * @param fromSequence the first
   * @param beforeSequence the first that is left out
   * @param fromMillis the first time, in Unix milliseconds
   * @param beforeMillis the first time that is left out
   */
  public record Range(long fromSequence, long beforeSequence, long fromMillis, long beforeMillis) {
    /** All of them. */
    public static final Range ALL = new Range(0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);

    /** From a sequence number on. */
    public static Range fromSequence(long sequence) {
      return new Range(sequence, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** A time, its end left out. */
    public static Range ofTime(long fromMillis, long beforeMillis) {
      return new Range(0, Long.MAX_VALUE, fromMillis, beforeMillis);
    }
  }

  private final LedgerHistory history;

  /** Exports of a ledger's history. */
  public LedgerExport(LedgerHistory history) {
    this.history = history;
  }

  /**
   * Writes the events of a range, oldest first, as they were when it was called.
   *
   * @return how many
   * @throws IOException if the output takes no more
   */
  public long write(Format format, Range range, Appendable out) throws IOException {
    long[] written = {0};
    long first = Math.max(0, range.fromSequence());
    if (range.fromMillis() != Long.MIN_VALUE) {
      first = Math.max(first, history.firstAt(range.fromMillis()));
    }
    try {
      if (format == Format.CSV) {
        out.append(CSV_HEADER).append('\n');
      }
      history.forEachEvent(
          first,
          isBefore(range)
              .and(
                  event -> {
                    append(format, event, out);
                    written[0]++;
                    return true;
                  }));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return written[0];
  }

  private static Predicate<LedgerEvent> isBefore(Range range) {
    return event ->
        event.sequence() < range.beforeSequence() && event.unixMillis() < range.beforeMillis();
  }

  private static void append(Format format, LedgerEvent event, Appendable out) {
    try {
      out.append(
              switch (format) {
                case CSV -> csv(event);
                case JSON_LINES -> json(event);
              })
          .append('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One event as a line of CSV, without its end. */
  public static String csv(LedgerEvent event) {
    return String.join(
        ",",
        Long.toString(event.sequence()),
        time(event),
        Long.toString(event.unixMillis()),
        event.kind().text(),
        event.asset().text(),
        event.amount().toString(),
        event.from().text(),
        event.to().text(),
        event.reference().toHexString());
  }

  /** One event as a JSON object on one line; no value has a character that JSON escapes. */
  public static String json(LedgerEvent event) {
    return "{\"sequence\":"
        + event.sequence()
        + ",\"time\":\""
        + time(event)
        + "\",\"millis\":"
        + event.unixMillis()
        + ",\"kind\":\""
        + event.kind().text()
        + "\",\"asset\":\""
        + event.asset().text()
        + "\",\"amount\":\""
        + event.amount()
        + "\",\"from\":\""
        + event.from().text()
        + "\",\"to\":\""
        + event.to().text()
        + "\",\"reference\":\""
        + event.reference().toHexString()
        + "\"}";
  }

  private static String time(LedgerEvent event) {
    return Instant.ofEpochMilli(event.unixMillis()).toString();
  }
}
