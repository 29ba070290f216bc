package io.lesnode.vipnode.pool;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes;

/**
 * What the names in a PoolJoin say (docs/pool.md, "Join"). Each is {@code key/value}; unknown keys
 * are skipped, so that later versions can say more.
 *
 * @param lesVersions {@code les/4}: the versions of LES
 * @param forkHash {@code fork/0a1b2c3d}: the fork id of its chain
 * @param priceWeiPerGigaToken {@code price/…}: what a host wants, or the most that a client pays
 * @param headNumber {@code head/…}: the newest block of a host
 * @param headHash {@code hash/…}: the first 8 bytes of its hash
 * @param port {@code port/30303}: where a host listens
 * @param address {@code ip/…}: at which address, if not where it connects from; 4 or 16 bytes
 * @param hosts {@code n/3}: how many hosts a client wants in addition to those it has
 * @param latencies {@code rtt/…/ms}: what a client measured, by the first 6 bytes of a host's id
 * @param failed {@code fail/…}: hosts that did not let a client in, by 6 bytes of their ids
 * @param has {@code has/…}: hosts that a client is connected with, by 6 bytes of their ids
 * @param leaving {@code leave}: the member goes; nothing is billed any more
 */
public record JoinFacts(
    Set<Integer> lesVersions,
    Bytes forkHash,
    long priceWeiPerGigaToken,
    long headNumber,
    Bytes headHash,
    int port,
    Optional<Bytes> address,
    int hosts,
    Map<Bytes, Integer> latencies,
    Set<Bytes> failed,
    Set<Bytes> has,
    boolean leaving) {

  /** How many bytes of a host's id stand for it in a join. */
  public static final int SHORT_ID_BYTES = 6;

  /** Copies the collections. */
  public JoinFacts {
    lesVersions = Set.copyOf(lesVersions);
    latencies = Map.copyOf(latencies);
    failed = Set.copyOf(failed);
    has = Set.copyOf(has);
  }

  /** What a host says of itself. */
  public static JoinFacts ofHost(
      ServedChain chain, TokenPrice price, long headNumber, Bytes headHash, int port) {
    return new JoinFacts(
        chain.lesVersions(),
        chain.forkHash(),
        price.weiPerGigaToken(),
        headNumber,
        headHash,
        port,
        Optional.empty(),
        0,
        Map.of(),
        Set.of(),
        Set.of(),
        false);
  }

  /** What a client asks for. */
  public static JoinFacts ofClient(ServedChain chain, TokenPrice maxPrice, int hosts) {
    return new JoinFacts(
        chain.lesVersions(),
        chain.forkHash(),
        maxPrice.weiPerGigaToken(),
        0,
        Bytes.EMPTY,
        0,
        Optional.empty(),
        hosts,
        Map.of(),
        Set.of(),
        Set.of(),
        false);
  }

  /** The same with what a client measured and saw; only a few fit. */
  public JoinFacts with(Map<Bytes, Integer> measured, Set<Bytes> refusedBy, Set<Bytes> connected) {
    return new JoinFacts(
        lesVersions,
        forkHash,
        priceWeiPerGigaToken,
        headNumber,
        headHash,
        port,
        address,
        hosts,
        measured,
        refusedBy,
        connected,
        leaving);
  }

  /** The same, reachable at another address than it connects from. */
  public JoinFacts at(Bytes literal) {
    return new JoinFacts(
        lesVersions,
        forkHash,
        priceWeiPerGigaToken,
        headNumber,
        headHash,
        port,
        Optional.of(literal),
        hosts,
        latencies,
        failed,
        has,
        leaving);
  }

  /** The same, as the last word of a member. */
  public JoinFacts leave() {
    return new JoinFacts(
        lesVersions,
        forkHash,
        priceWeiPerGigaToken,
        headNumber,
        headHash,
        port,
        address,
        0,
        latencies,
        failed,
        has,
        true);
  }

  /** The names, at most {@code most}; those that matter least are left out. */
  public List<String> names(int most) {
    List<String> names = new ArrayList<>();
    new TreeSet<>(lesVersions).descendingSet().forEach(v -> names.add("les/" + v));
    names.add("fork/" + forkHash.toUnprefixedHexString());
    names.add("price/" + priceWeiPerGigaToken);
    if (leaving) {
      names.add("leave");
    }
    if (hosts > 0) {
      names.add("n/" + hosts);
    }
    if (!headHash.isEmpty()) {
      names.add("head/" + headNumber);
      names.add("hash/" + headHash.toUnprefixedHexString());
    }
    if (port > 0) {
      names.add("port/" + port);
    }
    address.ifPresent(
        bytes ->
            names.add(
                "ip/"
                    + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(bytes.toArrayUnsafe())));
    failed.forEach(id -> names.add("fail/" + id.toUnprefixedHexString()));
    has.forEach(id -> names.add("has/" + id.toUnprefixedHexString()));
    latencies.forEach((id, ms) -> names.add("rtt/" + id.toUnprefixedHexString() + "/" + ms));
    return List.copyOf(names.subList(0, Math.min(most, names.size())));
  }

  /**
   * Reads names.
   *
   * @throws IllegalArgumentException naming the one that cannot be read
   */
  public static JoinFacts parse(List<String> names) {
    Set<Integer> versions = new TreeSet<>();
    Map<String, String> single = new HashMap<>();
    Map<Bytes, Integer> latencies = new HashMap<>();
    Set<Bytes> failed = new HashSet<>();
    Set<Bytes> has = new HashSet<>();
    for (String name : names) {
      int slash = name.indexOf('/');
      String key = slash < 0 ? name : name.substring(0, slash);
      String value = slash < 0 ? "" : name.substring(slash + 1);
      switch (key) {
        case "les" -> versions.add((int) number(name, value, 255));
        case "fail" -> failed.add(shortId(name, value));
        case "has" -> has.add(shortId(name, value));
        case "rtt" -> {
          int second = value.indexOf('/');
          if (second < 0) {
            throw unreadable(name);
          }
          latencies.put(
              shortId(name, value.substring(0, second)),
              (int) number(name, value.substring(second + 1), 3_600_000));
        }
        default -> single.put(key, value);
      }
    }
    return new JoinFacts(
        versions,
        hex(single, "fork", 4, Bytes.wrap(new byte[4])),
        number(single, "price", Long.MAX_VALUE),
        number(single, "head", Long.MAX_VALUE),
        hex(single, "hash", 8, Bytes.EMPTY),
        (int) number(single, "port", 65_535),
        Optional.ofNullable(single.get("ip")).map(JoinFacts::literal),
        (int) number(single, "n", 1_000),
        latencies,
        failed,
        has,
        single.containsKey("leave"));
  }

  private static long number(Map<String, String> single, String key, long most) {
    String value = single.get(key);
    return value == null ? 0 : number(key + "/" + value, value, most);
  }

  private static long number(String name, String digits, long most) {
    if (digits.isEmpty()
        || digits.length() > 19
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw unreadable(name);
    }
    BigInteger value = new BigInteger(digits);
    if (value.compareTo(BigInteger.valueOf(most)) > 0) {
      throw unreadable(name);
    }
    return value.longValueExact();
  }

  private static Bytes hex(Map<String, String> single, String key, int size, Bytes otherwise) {
    String value = single.get(key);
    return value == null ? otherwise : hex(key + "/" + value, value, size);
  }

  private static Bytes shortId(String name, String value) {
    return hex(name, value, SHORT_ID_BYTES);
  }

  private static Bytes hex(String name, String value, int size) {
    if (value.length() != 2 * size
        || !value.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
      throw unreadable(name);
    }
    return Bytes.fromHexString(value);
  }

  private static Bytes literal(String value) {
    byte[] bytes = Base64.getUrlDecoder().decode(value);
    if (bytes.length != 4 && bytes.length != 16) {
      throw unreadable("ip/" + value);
    }
    return Bytes.wrap(bytes);
  }

  private static IllegalArgumentException unreadable(String name) {
    return new IllegalArgumentException("the name \"" + name + "\" in a PoolJoin cannot be read");
  }
}
