package io.lesnode.vipnode.wire;

import java.util.EnumSet;
import java.util.Set;

/** What a node is for its peer; a Status holds the sum of the bits, unknown ones are ignored. */
public enum Role {
  /** Asks for service and pays. */
  CLIENT(1),
  /** Serves and is paid; a pool's host. */
  SERVER(2),
  /** Matches clients to servers and is the hub of their payments. */
  POOL(4);

  private final int bit;

  Role(int bit) {
    this.bit = bit;
  }

  /** Its bit. */
  public int bit() {
    return bit;
  }

  /** The sum of the bits. */
  public static int bits(Set<Role> roles) {
    int sum = 0;
    for (Role role : roles) {
      sum |= role.bit;
    }
    return sum;
  }

  /** The known roles in a sum of bits; a new set. */
  public static Set<Role> of(int bits) {
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    for (Role role : values()) {
      if ((bits & role.bit) != 0) {
        roles.add(role);
      }
    }
    return roles;
  }
}
