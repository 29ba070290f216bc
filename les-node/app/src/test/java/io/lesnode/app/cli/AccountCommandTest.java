package io.lesnode.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts at the command line. */
class AccountCommandTest {
  private static final String SECRET =
      "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
  private static final String ADDRESS = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b";

  @TempDir Path dir;

  private record Run(int code, String out, String err) {}

  private static Run les(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new LesCommandLine(new PrintWriter(out, true), new PrintWriter(err, true)).run(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text).toString();
  }

  @Test
  void importedListedAndGivenAnotherPassword() throws Exception {
    String data = dir.toString();
    String password = file("password", "one\n");
    Run imported =
        les(
            "account",
            "import",
            "--lightkdf",
            "--datadir",
            data,
            "--password",
            password,
            file("key", SECRET + "\n"));
    assertThat(imported.err()).isEmpty();
    assertThat(imported.out()).contains("address " + ADDRESS).doesNotContain(SECRET);

    assertThat(les("account", "list", "--datadir", data).out())
        .startsWith("Account #0: " + ADDRESS + " " + dir.resolve("keystore"));

    String next = file("next", "two\n");
    Run updated =
        les(
            "account",
            "update",
            "--lightkdf",
            "--datadir",
            data,
            "--password",
            password,
            "--new-password",
            next,
            ADDRESS);
    assertThat(updated.code()).as(updated.err()).isZero();
    Run again =
        les(
            "account",
            "update",
            "--lightkdf",
            "--datadir",
            data,
            "--password",
            password,
            "--new-password",
            next,
            ADDRESS);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("the password is wrong").doesNotContain("one");
  }

  @Test
  void withoutATerminalAFileIsAskedFor() {
    InputStream before = System.in;
    System.setIn(InputStream.nullInputStream());
    try {
      Run made = les("account", "new", "--datadir", dir.toString());
      assertThat(made.code()).isEqualTo(1);
      assertThat(made.err()).contains("--password FILE");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void whatIsNoKeyIsNotImported() throws Exception {
    Run wrong =
        les(
            "account",
            "import",
            "--datadir",
            dir.toString(),
            "--password",
            file("p", "x"),
            file("key", "not a key"));
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("64 hexadecimal digits");
  }
}
