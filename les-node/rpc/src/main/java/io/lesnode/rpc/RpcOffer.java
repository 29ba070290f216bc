package io.lesnode.rpc;

import java.util.Map;
import java.util.Optional;

/** What the callers of one transport may use. Made by {@link RpcMethods}; immutable. */
public final class RpcOffer {
  private final Map<String, RpcMethod> methods;
  private final Map<String, RpcFeed> feeds;

  /**
   * An offer.
   *
   * @param methods by full name, such as {@code eth_call}
   * @param feeds by group and name, such as {@code les/totalCapacity}
   */
  public RpcOffer(Map<String, RpcMethod> methods, Map<String, RpcFeed> feeds) {
    this.methods = Map.copyOf(methods);
    this.feeds = Map.copyOf(feeds);
  }

  /** Methods without feeds. */
  public static RpcOffer of(Map<String, RpcMethod> methods) {
    return new RpcOffer(methods, Map.of());
  }

  Optional<RpcMethod> method(String name) {
    return Optional.ofNullable(methods.get(name));
  }

  Optional<RpcFeed> feed(String group, String name) {
    return Optional.ofNullable(feeds.get(group + "/" + name));
  }
}
