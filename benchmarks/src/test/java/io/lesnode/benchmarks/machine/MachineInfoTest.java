package io.lesnode.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineInfoTest {
  private static final Instant DATE = Instant.parse("2026-11-21T12:34:56.789Z");

  @Test
  void thisMachineIsDescribed() {
    MachineInfo machine = MachineInfo.read(DATE);
    assertThat(machine.cpus()).isPositive();
    assertThat(machine.memoryBytes()).isGreaterThan(1 << 20);
    assertThat(machine.java()).contains(Runtime.version().toString());
    assertThat(machine.json()).containsEntry("date", "2026-11-21T12:34:56Z");
    assertThat(machine.json().keySet())
        .containsExactly(
            "date",
            "version",
            "commit",
            "cpu",
            "cpus",
            "memoryBytes",
            "kernel",
            "loadAverage",
            "java",
            "flags");
    assertThat(machine.markdown()).doesNotContain("\n").endsWith("2026-11-21T12:34:56Z");
    assertThat(machine.section().blocks()).hasSize(1);
  }

  @Test
  void filesOfTheKernelAreReadAndTheirAbsenceIsNoError() {
    assertThat(MachineInfo.cpuName(List.of("processor : 0", "model name\t: AMD EPYC 7B13")))
        .contains("AMD EPYC 7B13");
    assertThat(MachineInfo.cpuName(List.of())).isEmpty();
    assertThat(MachineInfo.loadAverage(List.of("0.50 1.25 2.00 3/400 12345")))
        .isEqualTo("0.50 1.25 2.00");
    assertThat(MachineInfo.loadAverage(List.of())).isNotEmpty();
  }

  @Test
  void systemPropertiesAreNotShownBecauseTheyMayBeSecrets() {
    assertThat(MachineInfo.flags(List.of("-Xmx1g", "-Dpassword=secret", "--enable-preview")))
        .containsExactly("-Xmx1g", "--enable-preview");
  }

  @Test
  void aFolderThatIsNoCheckoutHasNoCommit(@TempDir Path folder) throws IOException {
    Files.createFile(folder.resolve(".git")); // so that no checkout above it is taken
    assertThat(Checkout.commit(folder)).isEmpty();
  }
}
