package io.lesnode.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProcStatTest {
  /** Of a process that called itself so, to mislead. */
  private static final String STAT =
      "4242 (ge) th (x) S 1 4242 4242 0 -1 4194560 20912 77 3 0 1234 567 89 10 20 0 14 0 91 0 0";

  @Test
  void processorTimeIsFoundWhateverTheProgramIsCalled() {
    assertThat(ProcStat.cpuMicros(STAT)).isEqualTo((1234 + 567) * 10_000);
    assertThat(ProcStat.endedChildrenCpuMicros(STAT)).isEqualTo((89 + 10) * 10_000);
  }

  @Test
  void aLineThatIsNoneIsRefused() {
    assertThatThrownBy(() -> ProcStat.cpuMicros("4242 (geth) S 1 2"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProcStat.cpuMicros("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void memoryIsReadByItsName() {
    String status = "Name:\tgeth\nVmHWM:\t  430080 kB\nVmRSS:\t   85344 kB\nThreads:\t14\n";

    assertThat(ProcStat.kib(status, "VmRSS")).hasValue(85_344);
    assertThat(ProcStat.kib(status, "VmHWM")).hasValue(430_080);
    assertThat(ProcStat.kib(status, "VmSwap")).isEmpty();
    assertThat(ProcStat.kib("VmRSS:\tmuch kB\n", "VmRSS")).isEmpty();
  }
}
