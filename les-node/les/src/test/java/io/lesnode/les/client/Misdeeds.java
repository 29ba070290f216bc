package io.lesnode.les.client;

import java.util.ArrayList;
import java.util.List;

/** All named misdeeds of servers. */
final class Misdeeds {
  private Misdeeds() {}

  static List<Misdeed> all() {
    List<Misdeed> all = new ArrayList<>();
    all.addAll(StatusMisdeeds.all());
    all.addAll(AnnounceMisdeeds.all());
    all.addAll(HeaderMisdeeds.all());
    all.addAll(BlockMisdeeds.all());
    all.addAll(StateMisdeeds.all());
    all.addAll(HelperTrieMisdeeds.all());
    all.addAll(BloomMisdeeds.all());
    all.addAll(TransactionMisdeeds.all());
    all.addAll(SessionMisdeeds.all());
    return List.copyOf(all);
  }
}
