package io.lesnode.benchmarks.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Imports the chain into fresh folders, whole processes one after the other. The first round gives
 * the folders that are served later; it runs even when its figures are not wanted.
 */
final class ImportSeries {
  private static final int ROUNDS = 2;
  private static final double MICROS = 1e6;
  private static final double NANOS = 1e9;
  private static final double KIB_IN_MIB = 1024;

  private enum Figure {
    BLOCKS("rate", "blocks/s"),
    GAS("rate", "Mgas/s"),
    CPU("processor time", "s"),
    MEMORY("most memory", "MiB");

    private final String title;
    private final String unit;

    Figure(String title, String unit) {
      this.title = title;
      this.unit = unit;
    }
  }

  private final CompareContext context;

  ImportSeries(CompareContext context) {
    this.context = context;
  }

  void run() {
    boolean wanted = context.settings().includes(Series.IMPORT);
    int rounds = context.settings().isQuick() || !wanted ? 1 : ROUNDS;
    List<Map<Figure, List<Double>>> figures =
        List.of(new EnumMap<>(Figure.class), new EnumMap<>(Figure.class));
    for (int round = 0; round < rounds; round++) {
      for (int who = 0; who < 2; who++) {
        Contender contender = context.both().get(who);
        Path folder = context.freshFolder("import-" + contender.name());
        ChildProcess.Usage usage = contender.importChain(context.chain(), folder);
        record(figures.get(who), usage);
        say(contender, usage);
        if (round == 0) {
          Folders.move(folder, context.datadir(contender));
        } else {
          Folders.delete(folder);
        }
      }
    }
    if (wanted) {
      for (Figure figure : Figure.values()) {
        Finding finding =
            Finding.of(
                Series.IMPORT,
                "chain of " + context.chain().blocks() + " blocks",
                figure.title,
                figure.unit,
                new Spread(figures.get(0).getOrDefault(figure, List.of())),
                new Spread(figures.get(1).getOrDefault(figure, List.of())));
        boolean rate = figure == Figure.BLOCKS || figure == Figure.GAS;
        context.findings().add(rate ? finding.with(new Bar.RatioAtLeast(1)) : finding);
      }
    }
  }

  private void record(Map<Figure, List<Double>> figures, ChildProcess.Usage usage) {
    double seconds = usage.elapsed().toNanos() / NANOS;
    add(figures, Figure.BLOCKS, context.chain().blocks() / seconds);
    add(figures, Figure.GAS, context.chain().gas() / seconds / MICROS);
    add(figures, Figure.CPU, usage.cpuMicros() / MICROS);
    add(figures, Figure.MEMORY, usage.peakKib() / KIB_IN_MIB);
  }

  private static void add(Map<Figure, List<Double>> figures, Figure figure, double value) {
    figures.computeIfAbsent(figure, f -> new ArrayList<>()).add(value);
  }

  private void say(Contender contender, ChildProcess.Usage usage) {
    context
        .findings()
        .say(
            String.format(
                Locale.ROOT,
                "  import, %s: %d blocks in %.1f s, processor time %.1f s, at most %d MiB",
                contender.name(),
                context.chain().blocks(),
                usage.elapsed().toNanos() / NANOS,
                usage.cpuMicros() / MICROS,
                usage.peakKib() / 1024));
  }
}
