package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What Linux counts of a process: processor time of all its threads, and memory. Stateless.
 *
 * <p>Reference: proc(5), {@code /proc/PID/stat} and {@code /proc/PID/status}.
 */
final class ProcStat {
  /** USER_HZ, the unit of processor time in /proc: 100 on every architecture that Java runs on. */
  private static final long MICROS_PER_TICK = 10_000;

  // places counted from the state, which follows the name in parentheses
  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int CHILDREN_USER = 13;
  private static final int CHILDREN_SYSTEM = 14;

  private ProcStat() {}

  /** Processor time that a running process has used, user and system, in microseconds. */
  static long cpuMicros(long pid) {
    return cpuMicros(read(pid, "stat"));
  }

  /** Processor time of the children of this process that have ended, in microseconds. */
  static long endedChildrenCpuMicros() {
    return endedChildrenCpuMicros(read(ProcessHandle.current().pid(), "stat"));
  }

  /** Resident memory of a process in KiB. */
  static long residentKib(long pid) {
    return required(read(pid, "status"), "VmRSS");
  }

  /** The most resident memory that a process has had, in KiB; empty when it is gone. */
  static OptionalLong peakKib(long pid) {
    try {
      return kib(Files.readString(Path.of("/proc", Long.toString(pid), "status")), "VmHWM");
    } catch (IOException ended) {
      return OptionalLong.empty();
    }
  }

  static long cpuMicros(String stat) {
    List<String> fields = fields(stat);
    return ticks(fields, USER, SYSTEM) * MICROS_PER_TICK;
  }

  static long endedChildrenCpuMicros(String stat) {
    List<String> fields = fields(stat);
    return ticks(fields, CHILDREN_USER, CHILDREN_SYSTEM) * MICROS_PER_TICK;
  }

  /** A value of {@code status}, for instance of {@code VmRSS}; empty if it is not there. */
  static OptionalLong kib(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .filter(value -> value.matches("[0-9]{1,15} kB"))
        .mapToLong(value -> Long.parseLong(value.substring(0, value.indexOf(' '))))
        .findFirst();
  }

  /** The name of the program may hold spaces and parentheses: only the last one ends it. */
  private static List<String> fields(String stat) {
    int end = stat.lastIndexOf(')');
    List<String> fields = new ArrayList<>();
    if (end >= 0) {
      fields.addAll(List.of(stat.substring(end + 1).strip().split("\\s+", -1)));
    }
    if (fields.size() <= CHILDREN_SYSTEM) {
      throw new IllegalArgumentException("no line of /proc/PID/stat: " + stat);
    }
    return fields;
  }

  private static long ticks(List<String> fields, int user, int system) {
    return Long.parseLong(fields.get(user)) + Long.parseLong(fields.get(system));
  }

  private static long required(String status, String name) {
    return kib(status, name)
        .orElseThrow(() -> new IllegalStateException("/proc/PID/status has no " + name));
  }

  private static String read(long pid, String file) {
    Path path = Path.of("/proc", Long.toString(pid), file);
    try {
      return Files.readString(path);
    } catch (IOException gone) {
      throw new NodeFailure(
          "the processor time of process " + pid + " cannot be read",
          Files.isDirectory(Path.of("/proc/self"))
              ? "it has ended"
              : "this system has no /proc; the comparison needs Linux",
          "",
          gone);
    }
  }
}
