package io.lesnode.benchmarks.machine;

import io.lesnode.app.node.ClientVersion;
import io.lesnode.benchmarks.report.Numbers;
import io.lesnode.benchmarks.report.Section;
import io.lesnode.benchmarks.report.Table;
import io.lesnode.benchmarks.report.Unit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The machine, the Java virtual machine and the program of a measurement. What cannot be found out
 * is {@value #UNKNOWN}; nothing here fails.
 *
 * @param cpu the processor's name
 * @param cpus how many of them this process may use
 * @param memoryBytes of the machine, or of its container
 * @param kernel name and version of the operating system
 * @param loadAverage of 1, 5 and 15 minutes when this was read: whether something else was running
 * @param java name and version of the virtual machine
 * @param flags of the virtual machine, without system properties
 * @param version of the program
 * @param commit of the checkout that the program runs from, {@code +changes} when files differ
 * @param date given by the caller
 */
public record MachineInfo(
    String cpu,
    int cpus,
    long memoryBytes,
    String kernel,
    String loadAverage,
    String java,
    List<String> flags,
    String version,
    String commit,
    Instant date) {
  static final String UNKNOWN = "unknown";
  private static final int MOST_FILE_BYTES = 1 << 20;

  /** Copies the list. */
  public MachineInfo {
    flags = List.copyOf(flags);
  }

  /**
   * Reads what there is to know, which takes some milliseconds and may start {@code git}.
   *
   * @param date when the measurement was made
   */
  public static MachineInfo read(Instant date) {
    return new MachineInfo(
        cpuName(lines(Path.of("/proc/cpuinfo"))).orElse(System.getProperty("os.arch", UNKNOWN)),
        Runtime.getRuntime().availableProcessors(),
        memory(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        loadAverage(lines(Path.of("/proc/loadavg"))),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        flags(ManagementFactory.getRuntimeMXBean().getInputArguments()),
        ClientVersion.NUMBER,
        Checkout.commit().orElse(UNKNOWN),
        date.truncatedTo(ChronoUnit.SECONDS));
  }

  static Optional<String> cpuName(List<String> cpuinfo) {
    return cpuinfo.stream()
        .filter(line -> line.startsWith("model name") || line.startsWith("Hardware"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .filter(name -> !name.isEmpty())
        .findFirst();
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  static String loadAverage(List<String> loadavg) {
    if (loadavg.isEmpty()) {
      double last = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
      return last < 0 ? UNKNOWN : Numbers.fixed(last, 2);
    }
    List<String> words = List.of(loadavg.get(0).split(" ", -1));
    return String.join(" ", words.subList(0, Math.min(3, words.size())));
  }

  /** System properties may hold secrets and change nothing that is measured. */
  static List<String> flags(List<String> arguments) {
    return arguments.stream().filter(argument -> !argument.startsWith("-D")).toList();
  }

  private static List<String> lines(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_FILE_BYTES), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException notThisSystem) {
      return List.of();
    }
  }

  /** All of it for a JSON object, in order: texts, numbers and one list of texts. */
  public Map<String, Object> json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("date", date.toString());
    all.put("version", version);
    all.put("commit", commit);
    all.put("cpu", cpu);
    all.put("cpus", cpus);
    all.put("memoryBytes", memoryBytes);
    all.put("kernel", kernel);
    all.put("loadAverage", loadAverage);
    all.put("java", java);
    all.put("flags", flags);
    return all;
  }

  /** All of it as the last section of a report. */
  public Section section() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Date", date.toString()));
    rows.add(List.of("Program", "les " + version + ", commit " + commit));
    rows.add(List.of("Processor", cpus + " × " + cpu));
    rows.add(List.of("Memory", memoryText()));
    rows.add(List.of("System", kernel));
    rows.add(List.of("Load average", loadAverage + " (1, 5 and 15 minutes)"));
    rows.add(List.of("Java", java));
    rows.add(List.of("Java flags", flags.isEmpty() ? "none" : String.join(" ", flags)));
    return Section.of(
        "Machine",
        new Table("", List.of(Table.Column.text("what"), Table.Column.text("value")), rows));
  }

  /** All of it in one line, for {@code benchmarks/results}. */
  public String markdown() {
    return String.join(
        "; ",
        cpus + " × " + cpu,
        memoryText(),
        kernel,
        java + (flags.isEmpty() ? "" : " `" + String.join(" ", flags) + "`"),
        "les " + version + " at " + commit,
        "load average " + loadAverage,
        date.toString());
  }

  private String memoryText() {
    return memoryBytes > 0 ? Unit.BYTES.format((double) memoryBytes) : "memory " + UNKNOWN;
  }
}
