package io.lesnode.les.client.ulc;

import io.lesnode.devp2p.NodeId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * On which heads enough trusted servers agree. Announcements in, decisions out; confined to the
 * client loop.
 *
 * <p>Of each trusted server the last {@value #MAX_CLAIMS} announced heads are kept, oldest first: a
 * server that is ahead of the others supports the blocks that it announced before as well. A head
 * counts if the share of the servers that announced exactly this block, number and total difficulty
 * reaches the fraction (geth {@code les/fetcher.go}, trustedHeader). Example: of three servers one
 * is at block 1, one at 2, one at 3. Block 1 was announced by three of them (100 %), block 2 by two
 * (66 %), block 3 by one (33 %): at a fraction of 60 the head is block 2.
 */
public final class HeadAgreement {

  /** geth: cachedAnnosThreshold. */
  static final int MAX_CLAIMS = 64;

  /** A head that a server says it has. */
  public record Claim(Bytes32 hash, long number, UInt256 totalDifficulty) {}

  /** A head with the number of trusted servers that announced it. */
  public record Support(Claim claim, int agreeing) {}

  private final TrustedServers trusted;
  private final Map<NodeId, Set<Claim>> claims = new HashMap<>();

  /** Nobody has said anything yet. */
  public HeadAgreement(TrustedServers trusted) {
    this.trusted = trusted;
  }

  /** Who counts. */
  public TrustedServers trusted() {
    return trusted;
  }

  /** A server announced a head; nothing if it is not trusted. */
  public void onClaim(NodeId server, Claim claim) {
    if (!trusted.contains(server)) {
      return;
    }
    Set<Claim> known = claims.computeIfAbsent(server, id -> new LinkedHashSet<>());
    if (known.add(claim) && known.size() > MAX_CLAIMS) {
      Iterator<Claim> oldest = known.iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** The connection to a server ended; what it said no longer counts. */
  public void onGone(NodeId server) {
    claims.remove(server);
  }

  /** How many trusted servers are connected and have announced a head. */
  public int connected() {
    return claims.size();
  }

  /** How many trusted servers announced this block. */
  public int agreeing(Bytes32 hash, long number) {
    int count = 0;
    for (Set<Claim> of : claims.values()) {
      if (of.stream().anyMatch(claim -> claim.hash().equals(hash) && claim.number() == number)) {
        count++;
      }
    }
    return count;
  }

  /** Whether enough trusted servers announced this block. */
  public boolean isTrusted(Bytes32 hash, long number) {
    return trusted.isEnough(agreeing(hash, number));
  }

  /** All blocks that enough trusted servers announced, as of now. */
  public Set<Bytes32> agreedHashes() {
    return claims.values().stream()
        .flatMap(Set::stream)
        .filter(claim -> isTrusted(claim.hash(), claim.number()))
        .map(Claim::hash)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The heaviest head that enough trusted servers announced. */
  public Optional<Claim> agreed() {
    return heaviest(true).map(Support::claim);
  }

  /** The heaviest head that any trusted server announced, with how many did. */
  public Optional<Support> heaviest() {
    return heaviest(false);
  }

  private Optional<Support> heaviest(boolean onlyAgreed) {
    Map<Claim, Integer> counts = new HashMap<>();
    claims.values().forEach(of -> of.forEach(claim -> counts.merge(claim, 1, Integer::sum)));
    Support best = null;
    for (Map.Entry<Claim, Integer> entry : counts.entrySet()) {
      boolean eligible = !onlyAgreed || trusted.isEnough(entry.getValue());
      if (eligible && (best == null || isHeavier(entry.getKey(), best.claim()))) {
        best = new Support(entry.getKey(), entry.getValue());
      }
    }
    return Optional.ofNullable(best);
  }

  /** By total difficulty; the hash decides between equals, so that the answer never wavers. */
  private static boolean isHeavier(Claim claim, Claim than) {
    int byDifficulty = claim.totalDifficulty().compareTo(than.totalDifficulty());
    return byDifficulty != 0 ? byDifficulty > 0 : claim.hash().compareTo(than.hash()) > 0;
  }
}
