package io.lesnode.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gallery in headless Chromium, on a wide screen and on a phone; skipped where there is none.
 */
class BrowserTest {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final int LEAST_COLOURS = 24;

  private static Optional<Path> browser = Optional.empty();

  @TempDir Path folder;

  @BeforeAll
  static void find() {
    browser =
        List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)).stream()
            .flatMap(place -> NAMES.stream().map(name -> Path.of(place, name)))
            .filter(Files::isExecutable)
            .findFirst();
  }

  @Test
  void aWideScreenShowsIt() throws Exception {
    look(1280, 2400);
  }

  @Test
  void aPhoneShowsItWithoutScrollingSideways() throws Exception {
    look(500, 3000);
  }

  private void look(int width, int height) throws IOException, InterruptedException {
    assumeTrue(browser.isPresent(), "no Chromium on the path: the report was not looked at");
    Path report = folder.resolve("report.html");
    HtmlReport.of(ReportGallery.report()).write(report);
    // the page itself says what is wrong with it: an error of a script, or a line that is too wide
    String probe =
        "<script>window.onerror=function(m){document.title='ERROR '+m;};"
            + "window.onload=function(){var e=document.documentElement;"
            + "if(e.scrollWidth>e.clientWidth)document.title='WIDE '+e.scrollWidth;"
            + "document.querySelectorAll('.area').forEach(function(a){a.dispatchEvent("
            + "new PointerEvent('pointermove',{clientX:a.getBoundingClientRect().left+50,"
            + "clientY:a.getBoundingClientRect().top+50}));});"
            + "document.body.dataset.tip=document.getElementById('tip').textContent;};</script>";
    Path probed = folder.resolve("probed.html");
    Files.writeString(probed, Files.readString(report).replace("<title>", probe + "<title>"));
    Path picture = folder.resolve("picture.png");
    String dom = run(width, height, "--dump-dom", probed);
    assertThat(dom).contains("<title>Gallery of blocks</title>");
    assertThat(dom).as("a tooltip with the values under the pointer").contains("data-tip=\"");
    assertThat(dom).doesNotContain("data-tip=\"\"").doesNotContain("NaN");
    run(width, height, "--screenshot=" + picture, report);
    assertThat(colours(ImageIO.read(picture.toFile()))).hasSizeGreaterThan(LEAST_COLOURS);
  }

  private String run(int width, int height, String action, Path page)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(browser.orElseThrow().toString());
    command.addAll(List.of("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"));
    command.add("--user-data-dir=" + folder.resolve("profile"));
    command.add("--window-size=" + width + "," + height);
    command.add(action);
    command.add(page.toUri().toString());
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("Chromium ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isZero();
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  private static Set<Integer> colours(BufferedImage image) {
    Set<Integer> colours = new HashSet<>();
    for (int x = 0; x < image.getWidth(); x += 3) {
      for (int y = 0; y < image.getHeight(); y += 3) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours;
  }
}
