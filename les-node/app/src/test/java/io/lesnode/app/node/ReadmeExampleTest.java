package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of README.md, taken from there, compiled and run against a served chain. */
class ReadmeExampleTest {
  private static final Pattern JAVA_BLOCK =
      Pattern.compile("```java\\R(.*?public class (\\w+).*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  private static String readme() throws IOException {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      if (Files.exists(up.resolve("README.md")) && Files.exists(up.resolve("ARCHITECTURE.md"))) {
        return Files.readString(up.resolve("README.md"));
      }
    }
    throw new AssertionError("no README.md above " + Path.of("").toAbsolutePath());
  }

  @Test
  void compilesAndShowsABalance() throws Exception {
    Matcher example = JAVA_BLOCK.matcher(readme());
    assertThat(example.find()).as("README.md has an example").isTrue();
    String source = example.group(1);
    assertThat(source.lines().filter(line -> !line.isBlank()).count())
        .as("lines of the example")
        .isLessThanOrEqualTo(22);
    Path file = folder.resolve(example.group(2) + ".java");
    Files.writeString(file, source);
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
    try (DevChain chain = DevChain.start(folder.resolve("dev"));
        URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      String output =
          run(
              loader.loadClass(example.group(2)),
              chain.genesis().toString(),
              chain.enode(),
              DevNode.FAUCET.address().toHexString());
      assertThat(output.lines().toList())
          .isEqualTo(
              List.of(
                  "head 0",
                  "balance "
                      + "115792089237316195423570985008687907853269984665640564039457584007913129639927"));
    }
  }

  private static String run(Class<?> example, String... arguments) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (PrintStream captured = new PrintStream(output, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      example.getMethod("main", String[].class).invoke(null, (Object) arguments);
    } finally {
      System.setOut(before);
    }
    return output.toString(StandardCharsets.UTF_8);
  }
}
