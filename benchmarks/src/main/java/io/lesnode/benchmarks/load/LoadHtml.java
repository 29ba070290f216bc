package io.lesnode.benchmarks.load;

import io.lesnode.benchmarks.load.LoadResult.GroupResult;
import io.lesnode.benchmarks.load.LoadResult.Second;
import io.lesnode.benchmarks.load.LoadResult.ShapeResult;
import io.lesnode.benchmarks.machine.MachineInfo;
import io.lesnode.benchmarks.report.Axis;
import io.lesnode.benchmarks.report.Block;
import io.lesnode.benchmarks.report.KeyFigures;
import io.lesnode.benchmarks.report.KeyFigures.Figure;
import io.lesnode.benchmarks.report.LinePlot;
import io.lesnode.benchmarks.report.PercentilePlot;
import io.lesnode.benchmarks.report.Percentiles;
import io.lesnode.benchmarks.report.Report;
import io.lesnode.benchmarks.report.Section;
import io.lesnode.benchmarks.report.Series;
import io.lesnode.benchmarks.report.Table;
import io.lesnode.benchmarks.report.Table.Column;
import io.lesnode.benchmarks.report.Text;
import io.lesnode.benchmarks.report.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** A result as a report with plots. Stateless. */
final class LoadHtml {

  private static final Unit PER_SECOND = Unit.of("/s");
  private static final double[] PERCENTILES = {50, 90, 99, 99.9};

  private LoadHtml() {}

  static Report of(LoadResult result, MachineInfo machine) {
    List<Section> sections = new ArrayList<>();
    sections.add(overview(result));
    result.groups().forEach(group -> sections.add(section(group, result.measuredSeconds())));
    sections.add(how());
    sections.add(machine.section());
    String subtitle =
        String.format(
            Locale.ROOT,
            "%s over les/%d, head %d, measured for %.1f s, seed %d, %s",
            result.serverName(),
            result.serverVersion(),
            result.headNumber(),
            result.measuredSeconds(),
            result.plan().seed(),
            machine.date());
    return new Report("Load of a LES server", subtitle, sections);
  }

  private static Section overview(LoadResult result) {
    List<Block> blocks = new ArrayList<>();
    if (result.cutShort()) {
      blocks.add(new Text("This run was cut short: it was ended before its time."));
    }
    long failures =
        result.groups().stream()
            .flatMap(group -> group.shapes().stream())
            .mapToLong(ShapeResult::failures)
            .sum();
    long violations = result.groups().stream().mapToLong(GroupResult::bufferViolations).sum();
    long freezes = result.groups().stream().mapToLong(GroupResult::freezes).sum();
    long inBytes = result.groups().stream().mapToLong(GroupResult::wireInBytes).sum();
    Histogram all = all(result);
    blocks.add(
        KeyFigures.of(
            new Figure("Replies", PER_SECOND.format(result.repliesPerSecond()), ""),
            new Figure("Median latency", nanos(all, 50), "all requests"),
            new Figure("p99 latency", nanos(all, 99), "all requests"),
            new Figure("Failures", Long.toString(failures), "empty, short, lost, too late"),
            new Figure("Freezes", Long.toString(freezes), "Stop messages"),
            new Figure("Buffer values", Long.toString(violations), "that cannot be right"),
            new Figure(
                "From the server",
                Unit.of("B/s").format(inBytes / result.measuredSeconds()),
                "on the wire"),
            new Figure(
                "Generator",
                Unit.NANOS.format(
                    result.generatorCpuNanos() / (double) Math.max(1, result.replies())),
                "of its own processor time per reply")));
    result.notes().forEach(note -> blocks.add(new Text("Note: " + note + ".")));
    blocks.add(
        new LinePlot(
            "Replies per second",
            "",
            Axis.fitted("time", Unit.ELAPSED_SECONDS),
            Axis.of("replies", PER_SECOND),
            lines(result, Second::repliesPerSecond)));
    blocks.add(
        new LinePlot(
            "99th percentile of each second",
            "",
            Axis.fitted("time", Unit.ELAPSED_SECONDS),
            Axis.logarithmic("latency", Unit.NANOS),
            lines(result, Second::p99Nanos)));
    return new Section("Overview", blocks);
  }

  private static Histogram all(LoadResult result) {
    Histogram all = new Histogram(1_000, LoadTally.LONGEST_NANOS, 3);
    for (GroupResult group : result.groups()) {
      group.shapes().forEach(shape -> all.add(shape.response()));
    }
    return all;
  }

  private static String nanos(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0
        ? "–"
        : Unit.NANOS.format((double) histogram.getValueAtPercentile(percentile));
  }

  private static List<Series> lines(LoadResult result, ToDoubleFunction<Second> value) {
    return result.groups().stream()
        .map(
            group ->
                Series.of(
                    group.group().name(),
                    group.seconds().stream().mapToDouble(Second::atSeconds).toArray(),
                    group.seconds().stream().mapToDouble(value).toArray()))
        .toList();
  }

  private static Section section(GroupResult result, double seconds) {
    LoadGroup group = result.group();
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Text(
            group.clients()
                + " clients ("
                + result.connected()
                + " connected at the end), mix "
                + group.mix()
                + ", "
                + (group.isOpenLoop()
                    ? "open loop of " + PER_SECOND.format(group.ratePerSecond())
                    : "closed loop with a window of " + group.window())
                + ", "
                + (group.obeysCredit() ? "obeying" : "ignoring")
                + " flow control."));
    blocks.add(latencies(result, seconds));
    blocks.add(outcomes(result));
    blocks.add(counts(result));
    blocks.add(
        new PercentilePlot(
            "Latency by percentile",
            group.isOpenLoop()
                ? "From the wanted moment; unanswered requests count as long as they waited."
                : "From sending; a closed loop asks less while answers are slow.",
            Axis.logarithmic("latency", Unit.NANOS),
            result.shapes().stream()
                .filter(shape -> shape.response().getTotalCount() > 0)
                .map(shape -> Percentiles.of(shape.shape().toString(), shape.response()))
                .toList()));
    blocks.add(
        new LinePlot(
            "Freezes and failures since the start",
            "",
            Axis.fitted("time", Unit.ELAPSED_SECONDS),
            Axis.of("count", Unit.COUNT),
            List.of(
                series("freezes", result, Second::freezes),
                series("failures", result, Second::failures))));
    return new Section("Group " + group.name(), blocks);
  }

  private static Series series(String name, GroupResult result, ToDoubleFunction<Second> value) {
    return Series.of(
        name,
        result.seconds().stream().mapToDouble(Second::atSeconds).toArray(),
        result.seconds().stream().mapToDouble(value).toArray());
  }

  private static Table latencies(GroupResult result, double seconds) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.text("request"));
    columns.add(Column.number("answered", "/s"));
    columns.add(Column.number("p50", ""));
    columns.add(Column.number("p90", ""));
    columns.add(Column.number("p99", ""));
    columns.add(Column.number("p99.9", ""));
    columns.add(Column.number("max", ""));
    boolean open = result.group().isOpenLoop();
    columns.add(Column.number(open ? "p99 from sending" : "p99 corrected", ""));
    columns.add(Column.number("request", "bytes"));
    columns.add(Column.number("reply", "bytes"));
    List<List<String>> rows = new ArrayList<>();
    for (ShapeResult shape : result.shapes()) {
      List<String> row = new ArrayList<>();
      row.add(shape.shape().toString());
      row.add(String.format(Locale.ROOT, "%.1f", shape.answered() / seconds));
      for (double percentile : PERCENTILES) {
        row.add(nanos(shape.response(), percentile));
      }
      row.add(nanos(shape.response(), 100));
      row.add(nanos(open ? shape.service() : shape.corrected(), 99));
      row.add(shape.sent() == 0 ? "–" : Long.toString(shape.requestBytes() / shape.sent()));
      row.add(shape.answered() == 0 ? "–" : Long.toString(shape.replyBytes() / shape.answered()));
      rows.add(row);
    }
    return new Table("Latency", columns, rows);
  }

  private static Table outcomes(GroupResult result) {
    List<String> names =
        List.of(
            "sent",
            "answered",
            "empty",
            "short",
            "malformed",
            "timeouts",
            "void",
            "lost",
            "open",
            "unsent");
    List<Column> columns = new ArrayList<>();
    columns.add(Column.text("request"));
    names.forEach(name -> columns.add(Column.number(name, "")));
    List<List<String>> rows = new ArrayList<>();
    for (ShapeResult shape : result.shapes()) {
      List<String> row = new ArrayList<>();
      row.add(shape.shape().toString());
      for (long count :
          new long[] {
            shape.sent(),
            shape.answered(),
            shape.empty(),
            shape.incomplete(),
            shape.malformed(),
            shape.timeouts(),
            shape.voided(),
            shape.lost(),
            shape.openAtEnd(),
            shape.neverSent()
          }) {
        row.add(Long.toString(count));
      }
      rows.add(row);
    }
    return new Table("What became of the requests", columns, rows);
  }

  private static Table counts(GroupResult result) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("replies in the measured time", Long.toString(result.replies())));
    rows.add(List.of("fewest replies of a client", Long.toString(result.fewestReplies())));
    rows.add(List.of("most replies of a client", Long.toString(result.mostReplies())));
    rows.add(List.of("freezes (Stop)", Long.toString(result.freezes())));
    rows.add(List.of("resumed", Long.toString(result.resumes())));
    rows.add(List.of("waits for credit", Long.toString(result.creditWaits())));
    rows.add(List.of("buffer values lower than possible", Long.toString(result.bufferBelow())));
    rows.add(List.of("buffer values above the limit", Long.toString(result.bufferAbove())));
    rows.add(List.of("negative buffer values", Long.toString(result.bufferNegative())));
    rows.add(List.of("late replies", Long.toString(result.lateReplies())));
    rows.add(List.of("replies that nobody asked for", Long.toString(result.strangeReplies())));
    rows.add(List.of("received", Unit.BYTES.format((double) result.wireInBytes())));
    rows.add(List.of("sent", Unit.BYTES.format((double) result.wireOutBytes())));
    result
        .disconnects()
        .forEach((reason, count) -> rows.add(List.of("disconnected: " + reason, count.toString())));
    return new Table(
        "Flow control and connections", List.of(Column.text("what"), Column.number("", "")), rows);
  }

  private static Section how() {
    return Section.of(
        "How to read this",
        new Text(
            "In an open loop requests are wanted at a steady rate, and latency counts from the"
                + " moment at which a request was wanted: waiting for credit, for the generator or"
                + " for a stalled server is part of it, and a request without an answer counts with"
                + " the time that it waited."),
        new Text(
            "Of the requests wanted within the measured time each was answered, timed out, void"
                + " after a freeze, lost with its connection, still open at the end, or never sent."
                + " Empty, short and malformed answers are answers too."),
        new Text(
            "In a closed loop each client asks again when it has an answer, so that a slow server"
                + " is asked less. Such latencies describe the server at its own pace; the corrected"
                + " percentile adds the requests that a steady client would have wanted meanwhile."),
        new Text(
            "Generator and server share the machine when the target is local: compare runs of one"
                + " machine and one hour, and processor time rather than throughput."));
  }
}
