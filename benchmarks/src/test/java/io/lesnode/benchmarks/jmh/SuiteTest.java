package io.lesnode.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuiteTest {
  private final Suite suite = Suite.read();

  @Test
  void everySubjectHasBenchmarks() {
    assertThat(suite.entries())
        .extracting(entry -> entry.name().substring(0, entry.name().indexOf('.')))
        .contains(
            "codec",
            "crypto",
            "evm",
            "flowcontrol",
            "network",
            "payment",
            "serving",
            "store",
            "trie");
  }

  @Test
  void namesAreUniqueAndShort() {
    assertThat(suite.entries()).extracting(Suite.Entry::name).doesNotHaveDuplicates();
    assertThat(suite.entries())
        .allSatisfy(
            entry -> assertThat(entry.name()).matches("[a-z]+\\.[A-Za-z0-9]+\\.[A-Za-z0-9]+"));
  }

  @Test
  void aPatternIsFoundAnywhereInTheNameWhateverItsCase() throws UnknownBenchmarkException {
    assertThat(names("KECCAK.node")).containsExactly("crypto.Keccak.node");
    assertThat(names("^crypto\\.Keccak")).hasSize(2);
    assertThat(names("io.lesnode.benchmarks.crypto.KeccakBenchmark.node")).hasSize(1);
  }

  private List<String> names(String pattern) throws UnknownBenchmarkException {
    return suite.matching(pattern).stream().map(Suite.Entry::name).toList();
  }

  @Test
  void aWrongPatternGetsOneLineWithTheNearestNames() {
    assertThatThrownBy(() -> suite.matching("kecak"))
        .isInstanceOf(UnknownBenchmarkException.class)
        .hasMessage("no benchmark matches 'kecak'; did you mean Keccak?");
    assertThatThrownBy(() -> suite.matching("nothing like it at all"))
        .hasMessageContaining("--list shows all");
    assertThatThrownBy(() -> suite.matching("a(b"))
        .hasMessageContaining("'a(b' is not a regular expression");
  }
}
