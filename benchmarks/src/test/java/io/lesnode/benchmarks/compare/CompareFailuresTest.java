package io.lesnode.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.app.cli.LesCommandLine;
import io.lesnode.benchmarks.cli.LabCommand;
import io.lesnode.chain.blocks.ChainFileReader;
import io.lesnode.primitives.testing.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong is told in one line, and nothing is left behind: no process, no part of a report.
 */
class CompareFailuresTest {
  private static final String VERSION =
      "case \"$*\" in *version*) echo 'Version: 1.10.26-stable'; exit 0;; esac\n";

  @TempDir Path folder;

  private final StringWriter err = new StringWriter();
  private Path chain = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void aChainOfFiveBlocks() throws IOException {
    Path whole = Vectors.folder("chains/clique-small");
    chain = Files.createDirectories(folder.resolve("chain"));
    out = folder.resolve("out");
    Files.copy(whole.resolve("genesis.json"), chain.resolve("genesis.json"));
    ByteArrayOutputStream blocks = new ByteArrayOutputStream();
    try (ChainFileReader reader = new ChainFileReader(whole.resolve("chain.rlp"))) {
      for (int i = 0; i < 5; i++) {
        blocks.write(Objects.requireNonNull(reader.next()).encoded().toArrayUnsafe());
      }
    }
    Files.write(chain.resolve("chain.rlp"), blocks.toByteArray());
  }

  private int run(String... more) {
    List<String> arguments = new ArrayList<>(List.of("bench", "compare", "--out", out.toString()));
    arguments.addAll(List.of(more));
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    return new LesCommandLine(nowhere, new PrintWriter(err, true), LabCommand::new)
        .run(arguments.toArray(String[]::new));
  }

  private String geth(String body) throws IOException {
    Path file = Files.writeString(folder.resolve("geth"), "#!/bin/sh\n" + VERSION + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file.toString();
  }

  private void assertOneLine(String... parts) {
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains(parts);
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> left = Files.exists(out) ? Files.list(out) : Stream.empty()) {
      assertThat(left).isEmpty();
    }
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aMissingGethIsFoundBeforeAnythingIsMade() {
    assertThat(run("--geth", folder + "/nowhere")).isEqualTo(1);

    assertOneLine("geth was not found", "--geth " + folder + "/nowhere");
    assertThat(out).doesNotExist();
  }

  @Test
  void flagsAreCheckedFirst() {
    assertThat(run("--series", "raw,imports")).isEqualTo(2);
    assertOneLine("--series imports is none of import, raw, open");
  }

  @Test
  void aKindThatIsNoneIsNamed() {
    assertThat(run("--only", "header")).isEqualTo(2);
    assertOneLine("--only header is none of headers, bodies");
  }

  @Test
  void blocksAreForAChainThatIsMade() {
    assertThat(run("--chain", chain.toString(), "--blocks", "300")).isEqualTo(2);
    assertOneLine("--blocks", "--chain");
  }

  @Test
  void aFolderWithoutAChainIsRefused() throws IOException {
    assertThat(run("--geth", geth("exit 1\n"), "--chain", folder.toString())).isEqualTo(1);

    assertOneLine("the chain cannot be used", "genesis.json");
    assertNothingIsLeft();
  }

  @Test
  void aDamagedChainIsRefusedBeforeAnyImport() throws IOException {
    byte[] whole = Files.readAllBytes(chain.resolve("chain.rlp"));
    Files.write(chain.resolve("chain.rlp"), Arrays.copyOf(whole, whole.length - 7));

    assertThat(run("--geth", geth("exit 1\n"), "--chain", chain.toString())).isEqualTo(1);

    assertOneLine("the chain cannot be used", "truncated");
    assertNothingIsLeft();
  }

  @Test
  void anImportThatFailsIsQuoted() throws IOException {
    String geth =
        geth(
            """
            case "$*" in *" import "*) echo 'INFO fine so far'; echo 'Fatal: this chain is not mine'; exit 1;; esac
            exit 0
            """);

    assertThat(run("--geth", geth, "--chain", chain.toString())).isEqualTo(1);

    assertOneLine("geth import failed (exit code 1)", "Fatal: this chain is not mine");
    assertNothingIsLeft();
  }

  @Test
  void aServerThatCannotListenIsQuotedAndOursIsEnded() throws IOException {
    String geth =
        geth(
            """
            case "$*" in *--light.serve*)
              echo 'Fatal: Error starting protocol stack: listen tcp 127.0.0.1:30303: bind: address already in use'
              exit 1;;
            esac
            exit 0
            """);

    assertThat(run("--geth", geth, "--chain", chain.toString(), "--series", "raw")).isEqualTo(1);

    assertOneLine("the geth server ended by itself", "address already in use");
    assertNothingIsLeft();
  }
}
