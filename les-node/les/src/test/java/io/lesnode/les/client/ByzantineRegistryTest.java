package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.client.Misdeed.Area;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The table in docs/byzantine.md is what {@link ByzantineServersTest} runs, row by row. {@code
 * -Dbyzantine.write=true} writes it anew.
 */
final class ByzantineRegistryTest {
  private static final String START = "<!-- the table starts here; it is compared by a test -->\n";
  private static final String END = "<!-- the table ends here -->\n";

  @Test
  void theDocumentedTableIsTheOneThatIsTested() throws IOException {
    Path file = document();
    String text = Files.readString(file);
    int start = text.indexOf(START) + START.length();
    int end = text.indexOf(END);
    assertThat(end).as("the marks in " + file).isGreaterThanOrEqualTo(start);
    if (Boolean.getBoolean("byzantine.write")) {
      Files.writeString(file, text.substring(0, start) + table() + text.substring(end));
      return;
    }
    assertThat(text.substring(start, end))
        .as("the table in " + file + "; -Dbyzantine.write=true writes it anew")
        .isEqualTo(table());
  }

  @Test
  void everyNameIsUsedOnceAndEveryAreaHasSome() {
    Set<String> names = new HashSet<>();
    Set<Area> areas = new HashSet<>();
    for (Misdeed misdeed : Misdeeds.all()) {
      assertThat(names.add(misdeed.toString())).as(misdeed.toString()).isTrue();
      areas.add(misdeed.area());
    }
    assertThat(areas).containsExactlyInAnyOrder(Area.values());
  }

  private static String table() {
    StringBuilder text = new StringBuilder();
    List<Misdeed> all = Misdeeds.all();
    int cases = all.stream().mapToInt(misdeed -> misdeed.queries().size()).sum();
    text.append("\n%d faults, %d cases.\n".formatted(all.size(), cases));
    for (Area area : Area.values()) {
      text.append("\n### ").append(area.title()).append("\n\n");
      text.append("| the server sends | asked for | the client |\n|---|---|---|\n");
      for (Misdeed misdeed : all) {
        if (misdeed.area() == area) {
          String asked =
              String.join(", ", misdeed.queries().stream().map(UserQuery::text).toList());
          text.append("| %s | %s | %s |\n".formatted(misdeed.name(), asked, misdeed.outcome()));
        }
      }
    }
    return text.append('\n').toString();
  }

  private static Path document() {
    Path here = Path.of("").toAbsolutePath();
    return Stream.iterate(here, path -> path != null, Path::getParent)
        .map(path -> path.resolve("docs/byzantine.md"))
        .filter(Files::exists)
        .findFirst()
        .orElseGet(
            () -> {
              Assumptions.abort("skipped: no docs/byzantine.md above " + here);
              return here;
            });
  }
}
