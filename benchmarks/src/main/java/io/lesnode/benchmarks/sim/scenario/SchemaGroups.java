package io.lesnode.benchmarks.sim.scenario;

import io.lesnode.benchmarks.sim.scenario.Schema.Kind;

/** The fields of those who buy and of those who ask. Stateless. */
final class SchemaGroups {
  private SchemaGroups() {}

  static void declare(Schema s) {
    vip(s);
    group(s);
    arrival(s);
    demand(s);
    strategy(s);
    paying(s);
    s.in("expectation");
    s.add(
        "least", Kind.TEXT, "", "the figure is at least this: a number, or with the figure's unit");
    s.add("most", Kind.TEXT, "", "the figure is at most this");
    s.in("range");
    s.add("from", Kind.TEXT, null, "the first value, with its unit");
    s.add("to", Kind.TEXT, null, "the last, with the same unit");
    s.add("step", Kind.TEXT, "", "added each time, with the same unit; this or factor");
    s.add("factor", Kind.TEXT, "", "multiplied by each time; more than 1");
  }

  private static void vip(Schema s) {
    s.in("vip");
    s.add("hour-price", Kind.MONEY, "6000gwei", "the least price of an hour at the least capacity");
    s.add("trial", Kind.TIME, "3m", "0s", "30d", "free service at first");
    s.add("trial-guaranteed", Kind.TIME, "0s", "0s", "30d", "so much of it is promised");
    s.add("trial-forgotten", Kind.TIME, "4h", "0s", "3650d", "then a network has a trial again");
    s.add("grace", Kind.TIME, "30s", "0s", "30d", "tokens that are used up change nothing");
    s.add("most-paid", Kind.PERCENT, "100%", "0%", "100%", "of the capacity for those who pay");
    s.add("auction", Kind.FLAG, "false", "whether capacity above the least is auctioned");
    s.add("token-expiry", Kind.TIME, "0s", "0s", "3650d", "tokens fall by e in it; 0s: never");
    s.add("offer", Kind.TIME, "10m", "2s", "30d", "for which an offer holds");
    s.add("price-change", Kind.PERCENT, "5%", "1%", "10000%", "that clients hear of at once");
  }

  private static void group(Schema s) {
    s.in("group");
    s.add("count", Kind.COUNT, "1", "1", "100000", "how many clients");
    s.add("arrival", Kind.SECTION, "constant", "when they are there");
    s.add("demand", Kind.SECTION, "open", "how much they ask for");
    s.add("mix", Kind.MIX, "headers:16*3,proofs:4", "kind:amount*weight of what they ask for");
    s.add("strategy", Kind.SECTION, "obedient", "how they behave");
    s.add("per-address", Kind.COUNT, "1", "1", "100000", "so many share a network address");
    s.add("reconnect", Kind.SECTION, "", "when one refused or dropped comes back; or 'never'");
    s.add("grants", Kind.SECTION, "", "a list of what the operator gives each client");
    s.add("network", Kind.SECTION, "", "another than the scenario's");
    s.in("reconnect");
    s.add("first", Kind.TIME, "2s", "1ms", "1d", "the first pause; each is twice the last");
    s.add("most", Kind.TIME, "5m", "1ms", "1d", "the longest pause");
    s.in("grant");
    s.add("at", Kind.TIME, "0s", "0s", "30d", "when");
    s.add("tokens", Kind.COUNT, "0", "0", "9223372036854775807", "added to the balance");
    s.add("capacity", Kind.CAPACITY, "", "asked for: 80000, 50000..150000, 4x (the least), 5%");
  }

  private static void arrival(Schema s) {
    s.in("arrival.constant");
    s.add("start", Kind.TIME, "0s", "0s", "30d", "when the first comes");
    s.add("ramp", Kind.TIME, "0s", "0s", "30d", "over which the others follow");
    s.add("stay", Kind.TIME, "0s", "0s", "30d", "how long each is there; 0s: to the end");
    s.in("arrival.bursty");
    s.add("start", Kind.TIME, "0s", "0s", "30d", "when all come first");
    s.add("every", Kind.TIME, "10m", "1ms", "30d", "they come again");
    s.add("for", Kind.TIME, "1m", "1ms", "30d", "they stay; less than the distance");
    s.in("arrival.diurnal");
    s.add("period", Kind.TIME, "1d", "1s", "30d", "the length of a day");
    s.add("least", Kind.PERCENT, "10%", "0%", "100%", "of the group are there at night");
    s.in("arrival.mobile");
    s.add("awake", Kind.TIME, "2m", "1ms", "30d", "on average");
    s.add("asleep", Kind.TIME, "10m", "1ms", "30d", "on average");
    s.in("arrival.toggle");
    s.add("every", Kind.TIME, "1s", "1ms", "30d", "one client, drawn at random, comes or goes");
    s.add("first", Kind.COUNT, "0", "0", "100000", "so many are connected at the start");
    s.add("leaves", Kind.FLAG, "true", "whether one that is connected goes when drawn");
  }

  private static void demand(Schema s) {
    s.in("demand.connect");
    s.in("demand.open");
    s.add("rate", Kind.RATE, "1/s", "requests of each client");
    s.add("random", Kind.FLAG, "true", "whether distances are exponentially distributed");
    s.in("demand.closed");
    s.add("window", Kind.COUNT, "1", "1", "1000", "requests on their way at most");
    s.add("think", Kind.TIME, "0s", "0s", "1d", "between an answer and the next request");
    s.in("demand.rotating");
    s.add("senders", Kind.COUNT, "1", "1", "100000", "send as fast as credit allows");
    s.add("change", Kind.TIME, "30s", "0s", "30d", "one place is drawn anew; 0s: never");
    s.add("background", Kind.COUNT, "0", "0", "1000000", "single requests a second of all");
  }

  private static void strategy(Schema s) {
    s.in("strategy.obedient");
    s.in("strategy.ignore-credit");
    s.in("strategy.ignore-stop");
    s.in("strategy.flood");
    s.add("rate", Kind.RATE, "1000/s", "requests of each client, whatever is answered");
    s.in("strategy.slow-reader");
    s.add("reads", Kind.BANDWIDTH, "1kB/s", "1B/s", "1GB/s", "how fast it reads answers");
    s.in("strategy.freeloader");
    s.add("stay", Kind.TIME, "3m", "1ms", "30d", "for which it keeps a name");
    s.add("new-identity", Kind.FLAG, "true", "whether it comes back with another node key");
    s.add("new-address", Kind.FLAG, "false", "whether from another network address");
  }

  private static void budget(Schema s, String section) {
    s.in(section);
    s.add("budget", Kind.MONEY, "0.01ether", "what each may spend in a period");
    s.add("period", Kind.TIME, "1d", "1s", "30d", "the length of it");
  }

  private static void wish(Schema s, String section) {
    budget(s, section);
    s.add("capacity", Kind.CAPACITY, "2x", "what each wants");
    s.add("value", Kind.MONEY, "12000gwei", "half of them value an hour of the least less");
    s.add("value-sigma", Kind.NUMBER, "0.5", "0", "3", "of the value's logarithm; 0: all the same");
  }

  private static void paying(Schema s) {
    budget(s, "strategy.buyer");
    s.add("capacity", Kind.CAPACITY, "2x", "what each wants");
    s.add("most-price", Kind.MONEY, "60000gwei", "the dearest hour of the least it accepts");
    wish(s, "strategy.price-sensitive");
    wish(s, "strategy.trial-user");
    s.add("convert", Kind.PERCENT, "50%", "0%", "100%", "buy after a trial without flaw");
    s.add("patience", Kind.TIME, "2s", "1ms", "1h", "an answer that takes longer is a flaw");
    wish(s, "strategy.bidder");
    s.add("bid", Kind.PERCENT, "100%", "1%", "1000%", "of its value; 100%: truthful");
    budget(s, "strategy.hoarder");
    s.add("hoard", Kind.TIME, "1d", "1s", "30d", "for which its tokens should last");
    budget(s, "strategy.speculator");
    s.add("buy-below", Kind.PERCENT, "120%", "1%", "1000000%", "of the least price");
    s.add("sell-above", Kind.PERCENT, "200%", "1%", "1000000%", "of the least price; more");
  }
}
