package io.lesnode.benchmarks.sim.lab;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.sim.scenario.ScenarioException;
import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import io.lesnode.benchmarks.sim.scenario.Sweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the shards of a sweep together: the files are those of a sweep run in one. Stateless. */
public final class SweepMerge {
  private SweepMerge() {}

  /**
   * Merges folders into another.
   *
   * @return how many combinations there are
   * @throws NodeFailure if folders are of different sweeps, disagree, or combinations are missing;
   *     nothing was written then
   */
  public static int merge(List<Path> folders, Path out) {
    String text = definition(folders);
    ScenarioFile file = parse(folders.getFirst(), text);
    Sweep sweep = SweepRuns.sweepOf(file);
    List<SweepPoint> points = new ArrayList<>();
    int missing = 0;
    for (int i = 0; i < sweep.points(); i++) {
      Optional<SweepPoint> point = find(folders, i, List.copyOf(sweep.point(i).values()));
      point.ifPresent(points::add);
      missing += point.isPresent() ? 0 : 1;
    }
    if (missing > 0) {
      throw new NodeFailure(
          "the sweep is not complete",
          missing + " of " + sweep.points() + " combinations are in none of the folders",
          "Run the shards that are missing, then merge again",
          null);
    }
    SweepFolder target = new SweepFolder(out);
    target.begin(file);
    points.forEach(target::write);
    target.finish(file, sweep, points);
    return points.size();
  }

  private static String definition(List<Path> folders) {
    String first = "";
    for (Path folder : folders) {
      String text =
          new SweepFolder(folder)
              .definition()
              .orElseThrow(
                  () ->
                      new NodeFailure(
                          folder + " is no folder of a sweep",
                          "it has no sweep.yaml",
                          "Name the folders that 'les sim sweep --shard i/n --out DIR' wrote",
                          null));
      if (!first.isEmpty() && !first.equals(text)) {
        throw new NodeFailure(
            folders.getFirst() + " and " + folder + " are of different sweeps",
            "their sweep.yaml differ",
            "Merge the shards of one sweep",
            null);
      }
      first = text;
    }
    return first;
  }

  private static ScenarioFile parse(Path folder, String text) {
    try {
      return ScenarioFile.parse("sweep", text);
    } catch (ScenarioException e) {
      throw new NodeFailure(
          folder + " is damaged", e.text(), "Run that shard again in another folder", e);
    }
  }

  private static Optional<SweepPoint> find(List<Path> folders, int index, List<String> values) {
    Optional<SweepPoint> found = Optional.empty();
    for (Path folder : folders) {
      Optional<SweepPoint> point = new SweepFolder(folder).point(index, values);
      if (found.isPresent() && point.isPresent() && !found.equals(point)) {
        throw new NodeFailure(
            "the folders disagree on combination " + index,
            folder + " has other figures than another one",
            "The shards were made by different versions of the program; run them again",
            null);
      }
      found = found.or(() -> point);
    }
    return found;
  }
}
