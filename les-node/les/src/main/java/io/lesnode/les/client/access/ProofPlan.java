package io.lesnode.les.client.access;

import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Packs trie entries that are missing into requests of bounded size. Slots travel with their
 * account, because its proof tells the root that theirs are checked against; an account whose slots
 * do not fit into one request is proven in each of them. Stateless.
 */
public final class ProofPlan {

  /**
   * Entries of one account.
   *
   * @param withAccount whether the account itself is to be proven
   * @param slots slots to be proven
   */
  public record Group(Address address, boolean withAccount, List<UInt256> slots) {
    /** Copies the list. */
    public Group {
      slots = List.copyOf(slots);
    }

    /** How many proofs it takes. */
    public int size() {
      return slots.size() + (withAccount ? 1 : 0);
    }
  }

  private ProofPlan() {}

  /**
   * Requests for all entries, in order; with a {@code limit} of 1 only for the accounts where slots
   * need them first, so that the slots are left for the next time.
   *
   * @param slots the missing slots by account
   * @param unproven accounts that are missing themselves
   * @param limit how many proofs one request may ask for; at least 1
   */
  public static List<List<Group>> pack(
      Map<Address, ? extends Set<UInt256>> slots, Set<Address> unproven, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a request holds at least one proof");
    }
    Packer packer = new Packer(limit);
    unproven.stream()
        .filter(address -> !slots.containsKey(address))
        .forEach(address -> packer.add(address, true, List.of()));
    slots.forEach(
        (address, wanted) -> packer.add(address, unproven.contains(address), List.copyOf(wanted)));
    return packer.finish();
  }

  /**
   * How many proofs to ask one server for at a time.
   *
   * @param items how many are missing
   * @param affordable how many the richest server takes now
   * @param servers how many servers can be asked
   */
  public static int batchSize(int items, int affordable, int servers) {
    int share = (items + Math.max(1, servers) - 1) / Math.max(1, servers);
    return Math.max(1, Math.min(affordable, Math.max(share, SMALLEST_SHARE)));
  }

  /** Fewer proofs than this are not worth a request of their own to another server. */
  private static final int SMALLEST_SHARE = 16;

  private static final class Packer {
    private final int limit;
    private final List<List<Group>> packed = new ArrayList<>();
    private List<Group> open = new ArrayList<>();
    private int openSize;

    private Packer(int limit) {
      this.limit = limit;
    }

    private void add(Address address, boolean withAccount, List<UInt256> slots) {
      int from = 0;
      do {
        int needed = withAccount && !slots.isEmpty() ? Math.min(2, limit) : 1;
        if (openSize + needed > limit) {
          next();
        }
        int room = limit - openSize - (withAccount ? 1 : 0);
        int to = Math.min(slots.size(), from + room);
        Group group = new Group(address, withAccount, slots.subList(from, to));
        open.add(group);
        openSize += group.size();
        if (room == 0) {
          return;
        }
        from = to;
      } while (from < slots.size());
    }

    private void next() {
      packed.add(List.copyOf(open));
      open = new ArrayList<>();
      openSize = 0;
    }

    private List<List<Group>> finish() {
      if (!open.isEmpty()) {
        next();
      }
      return List.copyOf(packed);
    }
  }
}
