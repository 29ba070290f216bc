package io.lesnode.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flags of the checkpoint oracle: one clear line for whatever cannot be used. */
class OracleFlagsTest {
  private static final String CONTRACT = "0x9a9070028361F7AAbeB3f2F2Dc07F82C4a98A02a";
  private static final String SIGNER = "1b2C260efc720BE89101890E4Db589b44E950527";

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
  void anOracleIsContractAndSigners() {
    Run run = dumpConfig("--light.oracle.address", CONTRACT, "--light.oracle.signers", SIGNER);
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("\"light.oracle.address\" = \"" + CONTRACT + "\"")
        .contains("\"light.oracle.threshold\" = 1");
    assertThat(dumpConfig().code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--light.oracle.signers=" + SIGNER + "|needs --light.oracle.address",
        "--light.oracle.address=" + CONTRACT + "|needs --light.oracle.signers",
        "--light.oracle.address=0x12 --light.oracle.signers=" + SIGNER + "|'0x12' is no address",
        "--light.oracle.address=" + CONTRACT + " --light.oracle.signers=xyz|'xyz' is no address",
        "--light.oracle.address="
            + CONTRACT
            + " --light.oracle.threshold=2 --light.oracle.signers="
            + SIGNER
            + "|at most all of the 1 signers",
        "--light.oracle.address="
            + CONTRACT
            + " --light.oracle.threshold=0 --light.oracle.signers="
            + SIGNER
            + "|at least 1",
      })
  void whatCannotBeUsed(String flags, String words) {
    Run run = dumpConfig(flags.split(" "));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(words);
  }
}
