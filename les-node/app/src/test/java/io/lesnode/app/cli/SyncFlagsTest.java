package io.lesnode.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** The flags of checkpoints and trusted servers: one clear line for whatever cannot be used. */
class SyncFlagsTest {
  private static final String HASH = "0x" + "ab".repeat(32);
  private static final String CHECKPOINT = "3:" + HASH + ":" + HASH + ":" + HASH;

  private record Run(int code, String out, String err) {}

  private static Run dumpConfig(String... flags) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("dumpconfig"));
    arguments.addAll(List.of(flags));
    int code =
        new LesCommandLine(new PrintWriter(out, true), new PrintWriter(err, true))
            .run(arguments.toArray(String[]::new));
    return new Run(code, out.toString(), err.toString());
  }

  @Test
  void theyAreKeptInTheConfiguration() {
    String enode =
        Enode.parse(
                "enode://"
                    + NodeId.of(KeyPair.ofSecret(Bytes32.repeat((byte) 5)).publicKey()).toHex()
                    + "@127.0.0.1:30303")
            .toString();
    Run run =
        dumpConfig(
            "--checkpoint",
            CHECKPOINT,
            "--ulc.servers",
            enode,
            "--ulc.fraction",
            "100",
            "--sync.fromgenesis");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("checkpoint = \"" + CHECKPOINT + "\"")
        .contains("\"ulc.servers\" = [\"" + enode + "\"]")
        .contains("\"ulc.fraction\" = 100")
        .contains("\"sync.fromgenesis\" = true");
    assertThat(dumpConfig().out()).contains("\"ulc.fraction\" = 75");
  }

  @Test
  void whatCannotBeUsed() {
    assertRefused("1 to 100 percent, not 0", "--ulc.fraction", "0");
    assertRefused("1 to 100 percent, not 101", "--ulc.fraction", "101");
    assertRefused("--ulc.fraction", "--ulc.fraction", "many");
    assertRefused("is not an enode URL", "--ulc.servers", "enode://12@localhost");
    assertRefused("three hashes", "--checkpoint", "3:" + HASH);
    assertRefused("three hashes", "--checkpoint", "here");
    assertRefused("--checkpoint", "--checkpoint", CHECKPOINT.replace("3:", "x:"));
    assertRefused("--checkpoint", "--checkpoint", CHECKPOINT.replace("ab", "a"));
    assertRefused("--checkpoint", "--checkpoint", "-" + CHECKPOINT);
  }

  private static void assertRefused(String words, String... flags) {
    Run run = dumpConfig(flags);
    assertThat(run.code()).as(words).isEqualTo(2);
    assertThat(run.err().lines()).as(words).hasSize(1);
    assertThat(run.err()).contains(words);
  }
}
