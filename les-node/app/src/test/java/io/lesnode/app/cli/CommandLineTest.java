package io.lesnode.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees for right and wrong command lines and config files. */
class CommandLineTest {
  @TempDir Path dir;

  private record Run(int code, String out, String err) {}

  private static Run les(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new LesCommandLine(new PrintWriter(out, true), new PrintWriter(err, true)).run(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  @Test
  void helpListsCommandsAndFlags() {
    Run help = les("--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("dumpconfig").contains("version");
    Run flags = les("dumpconfig", "--help");
    assertThat(flags.code()).isZero();
    assertThat(flags.out())
        .contains("--datadir")
        .contains("--http.port")
        .contains("8545")
        .contains("--light.maxpeers");
  }

  @Test
  void versionPrintsProtocols() {
    assertThat(les("version").out()).contains("les/4");
    assertThat(les("--version").out()).contains("les/4");
  }

  @Test
  void anUnknownFlagNamesTheNearestInOneLine() {
    Run wrong = les("dumpconfig", "--datadri", "x");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err().lines()).hasSize(1);
    assertThat(wrong.err()).contains("unknown flag --datadri; did you mean --datadir?");
    Run withValue = les("dumpconfig", "--htpp.port=1");
    assertThat(withValue.err()).contains("unknown flag --htpp.port; did you mean --http.port?");
  }

  @Test
  void anUnknownCommandNamesTheNearest() {
    Run wrong = les("dumpconfg");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("dumpconfg").contains("did you mean dumpconfig?");
    Run none = les();
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err().lines()).hasSize(1);
  }

  @Test
  void badValuesSayWhatIsAllowed() {
    Run port = les("dumpconfig", "--port", "70000");
    assertThat(port.code()).isEqualTo(2);
    assertThat(port.err().lines()).hasSize(1);
    assertThat(port.err()).contains("'70000' is not a TCP port between 0 and 65535");
    assertThat(les("dumpconfig", "--gcmode", "most").err()).contains("neither full nor archive");
    assertThat(les("dumpconfig", "--nat", "upnp").err()).contains("--nat none");
    assertThat(les("dumpconfig", "--http.api", "eth,nett").err()).contains("did you mean net?");
    assertThat(les("dumpconfig", "--nodekey", "f", "--nodekeyhex", "00").err())
        .contains("exclude each other");
  }

  @Test
  void theConfigFileGivesDefaultsAndFlagsWin() throws IOException {
    Path file = dir.resolve("les.toml");
    Files.writeString(
        file,
        "port = 1234\n\"http.vhosts\" = [\"a\", \"b\"]\n[light]\nmaxpeers = 7\n[http]\nport = 99\n");
    Run run = les("dumpconfig", "--config", file.toString(), "--port", "5");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("port = 5\n")
        .contains("\"light.maxpeers\" = 7\n")
        .contains("\"http.port\" = 99\n")
        .contains("\"http.vhosts\" = [\"a\", \"b\"]\n");
  }

  @Test
  void theDumpReadsBackAsTheSameConfig() throws IOException {
    Run first = les("dumpconfig", "--port", "77", "--http.corsdomain", "https://a,https://b");
    Path file = dir.resolve("dump file.toml");
    Files.writeString(file, first.out());
    Run second = les("dumpconfig", "--config=" + file);
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).isEqualTo(first.out());
  }

  @Test
  void secretsAreNotDumped() {
    String key = "45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8";
    assertThat(les("dumpconfig", "--nodekeyhex", key).out()).doesNotContain(key);
  }

  @Test
  void badConfigFilesAreToldInOneLine() throws IOException {
    Path unknown = dir.resolve("unknown.toml");
    Files.writeString(unknown, "prot = 1\n");
    Run key = les("dumpconfig", "--config", unknown.toString());
    assertThat(key.code()).isEqualTo(2);
    assertThat(key.err().lines()).hasSize(1);
    assertThat(key.err()).contains("unknown key prot; did you mean port?");
    Path malformed = dir.resolve("malformed.toml");
    Files.writeString(malformed, "port = 1\nhttp.port = = 2\n");
    Run syntax = les("dumpconfig", "--config", malformed.toString());
    assertThat(syntax.code()).isEqualTo(2);
    assertThat(syntax.err().lines()).hasSize(1);
    assertThat(syntax.err()).contains("line 2").contains("not TOML");
    Run missing = les("dumpconfig", "--config", dir.resolve("none.toml").toString());
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("does not exist");
  }
}
