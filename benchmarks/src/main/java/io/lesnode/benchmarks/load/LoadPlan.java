package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.Enode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A load run, before it runs. Immutable.
 *
 * @param target the server
 * @param groups the clients; together at most {@link LoadGroup#MOST_CLIENTS}
 * @param warmup how long before anything counts
 * @param duration how long is measured
 * @param timeout after which a request is given up
 * @param threads that the clients share
 * @param seed of the clients' keys and of what they ask
 * @param addresses a file of addresses to ask about, or null: they are found in blocks
 * @param sample what is known of the chain, or null: it is looked at first
 * @param decodesReplies whether replies are decoded strictly, which costs the generator time
 */
public record LoadPlan(
    Enode target,
    List<LoadGroup> groups,
    Duration warmup,
    Duration duration,
    Duration timeout,
    int threads,
    long seed,
    @Nullable Path addresses,
    @Nullable ChainSample sample,
    boolean decodesReplies) {

  /** The longest run. */
  public static final Duration LONGEST = Duration.ofHours(1);

  private static final int MOST_GROUPS = 16;
  private static final int MOST_THREADS = 16;
  private static final double MOST_REQUESTS = 100_000_000;

  /** Checks the ranges. */
  public LoadPlan {
    groups = List.copyOf(groups);
    require(!groups.isEmpty() && groups.size() <= MOST_GROUPS, "a run has 1 to 16 groups");
    Set<String> names = new HashSet<>();
    for (LoadGroup group : groups) {
      require(names.add(group.name()), "two groups are called " + group.name());
      require(
          group.ratePerSecond() * duration.toSeconds() <= MOST_REQUESTS,
          "group " + group.name() + " would want more than 100 million requests");
    }
    int clients = groups.stream().mapToInt(LoadGroup::clients).sum();
    require(
        clients <= LoadGroup.MOST_CLIENTS,
        "a run has at most " + LoadGroup.MOST_CLIENTS + " clients, not " + clients);
    require(within(duration, Duration.ofMillis(100)), "the duration must be 100ms to 1h");
    require(within(warmup, Duration.ZERO), "the warm-up must be 0s to 1h");
    require(within(timeout, Duration.ofMillis(100)), "the timeout must be 100ms to 1h");
    require(threads >= 1 && threads <= MOST_THREADS, "threads must be 1 to 16");
    require(target.endpoint().isPresent(), "the target has no address: " + target);
  }

  private static boolean within(Duration value, Duration least) {
    return value.compareTo(least) >= 0 && value.compareTo(LONGEST) <= 0;
  }

  private static void require(boolean fits, String otherwise) {
    if (!fits) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** How many clients there are. */
  public int clients() {
    return groups.stream().mapToInt(LoadGroup::clients).sum();
  }

  /** What is known of the chain, if anything is. */
  Optional<ChainSample> known() {
    return Optional.ofNullable(sample);
  }

  /** A plan of the usual length: 5 s of warm-up, 30 s measured, 10 s for an answer. */
  public static Builder builder(Enode target) {
    return new Builder(target);
  }

  /** Collects the values of a plan; confined to one thread. */
  public static final class Builder {
    private final Enode target;
    private List<LoadGroup> groups = List.of();
    private Duration warmup = Duration.ofSeconds(5);
    private Duration duration = Duration.ofSeconds(30);
    private Duration timeout = Duration.ofSeconds(10);
    private int threads = 1;
    private long seed;
    private @Nullable Path addresses;
    private @Nullable ChainSample sample;
    private boolean decodesReplies;

    private Builder(Enode target) {
      this.target = target;
    }

    /** Who asks what. */
    public Builder groups(List<LoadGroup> value) {
      groups = value;
      return this;
    }

    /** How long before anything counts. */
    public Builder warmup(Duration value) {
      warmup = value;
      return this;
    }

    /** How long is measured. */
    public Builder duration(Duration value) {
      duration = value;
      return this;
    }

    /** When a request is given up. */
    public Builder timeout(Duration value) {
      timeout = value;
      return this;
    }

    /** How many threads the clients share; 1 unless set. */
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /** Of keys and requests; 0 unless set. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** A file of addresses to ask about. */
    public Builder addresses(@Nullable Path value) {
      addresses = value;
      return this;
    }

    /** What is known of the chain, so that the run does not look at it. */
    public Builder sample(@Nullable ChainSample value) {
      sample = value;
      return this;
    }

    /** Whether replies are decoded strictly. */
    public Builder decodesReplies(boolean value) {
      decodesReplies = value;
      return this;
    }

    /**
     * The plan.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public LoadPlan build() {
      return new LoadPlan(
          target,
          groups,
          warmup,
          duration,
          timeout,
          threads,
          seed,
          addresses,
          sample,
          decodesReplies);
    }
  }
}
