package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * All methods and subscriptions of a node. Those that reveal or change light clients are only for
 * the operator: over IPC and the authenticated port. Immutable.
 */
public final class RpcMethods {
  private final Map<String, RpcMethod> open = new HashMap<>();
  private final Map<String, RpcMethod> operators = new HashMap<>();

  /** The operator's version of some open methods: with the accounts that are the operator's. */
  private final Map<String, RpcMethod> signing = new HashMap<>();

  private final Map<String, RpcFeed> feeds = new HashMap<>();

  /**
   * The methods over these ports.
   *
   * @param limits what one call may cost
   */
  public RpcMethods(EthBackend chain, NodeBackend node, CallLimits limits) {
    this(chain, node, limits, AccountKeys.NONE);
  }

  /**
   * The same with accounts that sign.
   *
   * @param keys of the accounts
   */
  public RpcMethods(EthBackend chain, NodeBackend node, CallLimits limits, AccountKeys keys) {
    new EthMethods(chain).register(open);
    FilterMethods filters = new FilterMethods(chain);
    filters.register(open);
    filters.registerFeeds(feeds);
    SyncFeed syncing = new SyncFeed(chain);
    syncing.register(open);
    syncing.registerFeeds(feeds);
    CallRunner runner = new CallRunner(chain, limits.gasCap());
    new CallMethods(chain, runner, limits.gasCap(), limits.evmTimeout()).register(open);
    new DebugMethods(chain, runner).registerForOperator(operators);
    new SendMethods(chain, limits.txFeeCapEther()).register(open);
    new NodeMethods(node, chain).register(open);
    node.lightClient()
        .ifPresent(client -> new LightMethods(client, InstantSource.system()).register(open));
    LesMethods les = new LesMethods(node);
    les.register(open);
    les.registerForOperator(operators);
    les.registerFeeds(feeds);
    new BenchmarkMethods(node).registerForOperator(operators);
    AccountKeys everybodys = keys.isForEverybody() ? keys : AccountKeys.NONE;
    new AccountMethods(chain, everybodys, open).register(open);
    new AccountMethods(chain, keys, open).register(signing);
  }

  private RpcMethods(RpcMethods other) {
    open.putAll(other.open);
    operators.putAll(other.operators);
    signing.putAll(other.signing);
    feeds.putAll(other.feeds);
  }

  /**
   * The same with methods of another part of the node.
   *
   * @param forEverybody by full name
   * @param forOperator those that reveal or change what is the operator's
   */
  public RpcMethods with(Map<String, RpcMethod> forEverybody, Map<String, RpcMethod> forOperator) {
    RpcMethods more = new RpcMethods(this);
    more.open.putAll(forEverybody);
    more.operators.putAll(forOperator);
    return more;
  }

  /** What callers get who are not known: the given groups, without the operator's methods. */
  public RpcOffer open(Collection<String> groups) {
    Map<String, RpcMethod> offered = new HashMap<>(open);
    operators.keySet().forEach(name -> offered.put(name, args -> refuse(name)));
    Collection<String> known = new TreeSet<>(groups);
    // a refusal that says where to go is better than "does not exist", in whatever group
    offered.keySet().removeIf(name -> !known.contains(group(name)) && open.containsKey(name));
    offered.put("rpc_modules", args -> modules(known));
    Map<String, RpcFeed> followed = new HashMap<>(feeds);
    followed.keySet().removeIf(name -> !known.contains(name.substring(0, name.indexOf('/'))));
    return new RpcOffer(offered, followed);
  }

  /** What the operator gets: everything. */
  public RpcOffer operator() {
    Map<String, RpcMethod> offered = new HashMap<>(open);
    offered.putAll(operators);
    offered.putAll(signing);
    Collection<String> groups = new TreeSet<>();
    offered.keySet().forEach(name -> groups.add(group(name)));
    offered.put("rpc_modules", args -> modules(groups));
    return new RpcOffer(offered, feeds);
  }

  private static JsonNode refuse(String name) {
    throw new RpcException(
        RpcException.METHOD_NOT_FOUND,
        "the method " + name + " is served only over IPC or the authenticated port");
  }

  private static String group(String name) {
    return name.substring(0, name.indexOf('_'));
  }

  private static ObjectNode modules(Collection<String> offered) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (String name : offered) {
      json.put(name, "1.0");
    }
    json.put("rpc", "1.0");
    return json;
  }
}
