package io.lesnode.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/library.md that buys, taken from there: it compiles. */
final class LibraryExampleTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("## Buy better service.*?```java\\R(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  private static String library() throws IOException {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      if (Files.exists(up.resolve("docs/library.md"))) {
        return Files.readString(up.resolve("docs/library.md"));
      }
    }
    throw new AssertionError("no docs/library.md above " + Path.of("").toAbsolutePath());
  }

  @Test
  void compiles() throws IOException {
    Matcher example = EXAMPLE.matcher(library());
    assertThat(example.find()).isTrue();
    Path file = folder.resolve("Example.java");
    Files.writeString(
        file,
        """
        import io.lesnode.les.client.*;
        import io.lesnode.payment.*;
        import io.lesnode.payment.signing.*;
        import io.lesnode.primitives.crypto.KeyPair;
        import io.lesnode.vip.*;
        import io.lesnode.vipnode.client.*;
        import java.nio.file.Path;
        import java.time.Duration;
        import org.apache.tuweni.bytes.Bytes32;

        class Example {
          static void run(KeyPair account, Path genesis, String enode) throws Exception {
            %s
          }
        }
        """
            .formatted(example.group(1)));
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                errors,
                errors,
                "-proc:none",
                "-d",
                folder.toString(),
                "-cp",
                Optional.ofNullable(System.getProperty("surefire.test.class.path"))
                    .orElse(System.getProperty("java.class.path")),
                file.toString());
    assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
  }
}
