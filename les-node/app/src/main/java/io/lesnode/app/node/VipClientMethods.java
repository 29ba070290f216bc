package io.lesnode.app.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.MethodId;
import io.lesnode.rpc.Arguments;
import io.lesnode.rpc.RpcException;
import io.lesnode.rpc.RpcMethod;
import io.lesnode.vip.VipClient;
import io.lesnode.vip.VipException;
import io.lesnode.vip.VipStatus;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.client.BuyerView;
import io.lesnode.vipnode.client.HistoryEntry;
import io.lesnode.vipnode.client.QuoteAnswer;
import io.lesnode.vipnode.client.Trust;
import io.lesnode.vipnode.wire.OfferTerms;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The {@code vip_} methods of a light node that buys. All of them are the operator's: they tell or
 * change what is spent. Amounts are decimal texts in wei, ids of servers 64 hex digits or the first
 * of them. Thread-safe.
 */
final class VipClientMethods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int LEAST_PREFIX = 4;
  private static final int MOST_HISTORY = 10_000;
  private static final int USUAL_HISTORY = 100;
  private static final long MOST_SECONDS = 366L * 86_400;

  private final VipClient vip;

  VipClientMethods(VipClient vip) {
    this.vip = vip;
  }

  /** By full name. */
  Map<String, RpcMethod> forOperator() {
    return Map.of(
        "vip_status", args -> asked(() -> status(vip.status())),
        "vip_servers", args -> asked(() -> servers(vip.status())),
        "vip_quote", this::quote,
        "vip_deposit", args -> transaction(args, vip::deposit),
        "vip_withdraw", args -> transaction(args, vip::withdraw),
        "vip_payNow", args -> ordered(args, vip::payNow),
        "vip_close", args -> ordered(args, vip::endDeal),
        "vip_setBudget", this::setBudget,
        "vip_history", this::history);
  }

  private static ObjectNode status(VipStatus status) {
    ObjectNode json = JSON.objectNode();
    json.put("role", "client");
    status.account().ifPresent(account -> json.put("account", account.toHexString()));
    ObjectNode budget = json.putObject("budget");
    put(budget, "amount", status.rules().amountWei());
    budget.put("periodSeconds", status.rules().periodSeconds());
    put(budget, "perServer", status.rules().perServerWei());
    put(budget, "maxPrepay", status.rules().maxPrepayWei());
    put(budget, "spent", status.spentWei());
    put(budget, "left", status.leftWei());
    ObjectNode wanted = json.putObject("wanted");
    if (status.demand().capacity() > 0) {
      wanted.put("capacity", status.demand().capacity());
    } else {
      wanted.put("factor", status.demand().factor());
    }
    put(wanted, "maxPricePer1e9Tokens", status.demand().maxPriceWeiPer1e9());
    put(wanted, "autoDeposit", status.demand().autoDepositWei());
    ArrayNode methods = wanted.putArray("methods");
    status.demand().methods().stream().map(MethodId::text).forEach(methods::add);
    json.set("servers", servers(status));
    return json;
  }

  private static ArrayNode servers(VipStatus status) {
    ArrayNode list = JSON.arrayNode();
    status.servers().forEach(view -> list.add(server(view)));
    return list;
  }

  private static ObjectNode server(BuyerView view) {
    ObjectNode json = JSON.objectNode();
    json.put("id", id(view.server()));
    json.put("connected", view.connected());
    json.put("state", view.state());
    view.payAddress().ifPresent(address -> json.put("payAddress", address.toHexString()));
    view.method().ifPresent(method -> json.put("method", method.id().text()));
    json.put("capacity", view.capacity());
    json.put("wantedCapacity", view.wantedCapacity());
    if (view.tokenBalance() >= 0) {
      json.put("tokens", view.tokenBalance());
    }
    put(json, "money", view.currencyBalanceWei());
    put(json, "payable", view.payableWei());
    put(json, "prepayLimit", view.prepayWei());
    put(json, "spent", view.spentWei());
    json.put("pendingPayments", view.pendingPayments());
    json.put("faults", view.sessionFaults());
    view.trust().ifPresent(trust -> json.set("trust", trust(trust)));
    view.terms().ifPresent(terms -> json.set("offer", offer(terms)));
    return json;
  }

  private static ObjectNode trust(Trust trust) {
    ObjectNode json = JSON.objectNode();
    put(json, "prepay", trust.prepayWei());
    put(json, "paid", trust.paidWei());
    json.put("satisfied", trust.satisfied());
    json.put("faults", trust.faults());
    return json;
  }

  private static ObjectNode offer(OfferTerms terms) {
    ObjectNode json = JSON.objectNode();
    json.put("seq", terms.seq());
    json.put("until", terms.untilSeconds());
    put(json, "pricePer1e9Tokens", terms.tokenPriceWeiPer1e9());
    json.put("minCapacity", terms.minCapacity());
    json.put("freeCapacity", terms.freeCapacity());
    json.put("totalCapacity", terms.totalCapacity());
    json.put("trialLeft", terms.trialLeftSeconds());
    return json;
  }

  private JsonNode quote(Arguments args) {
    args.atMost(3);
    long capacity = args.has(1) ? positive(args, 1, Long.MAX_VALUE) : 0;
    long seconds = args.has(2) ? positive(args, 2, MOST_SECONDS) : 3_600;
    return asked(
        () ->
            switch (vip.quote(server(args), capacity, Duration.ofSeconds(seconds))) {
              case QuoteAnswer.None none -> throw new VipException(none.reason());
              case QuoteAnswer.Quoted quoted -> quote(quoted);
            });
  }

  private static ObjectNode quote(QuoteAnswer.Quoted quoted) {
    ObjectNode json = JSON.objectNode();
    json.put("capacity", quoted.capacity());
    json.put("seconds", quoted.staySeconds());
    json.put("tokens", quoted.tokens());
    if (quoted.tokensMissing() != Long.MAX_VALUE) {
      json.put("tokensMissing", quoted.tokensMissing());
    }
    quoted.price().wei().ifPresent(price -> put(json, "price", price));
    json.put("until", quoted.untilSeconds());
    json.put("tokenBalance", quoted.tokenBalance());
    put(json, "money", quoted.currencyBalanceWei());
    return json;
  }

  /** Sends a transaction for a server. */
  private interface Sending {
    Bytes32 send(Bytes32 server, UInt256 amountWei);
  }

  private JsonNode transaction(Arguments args, Sending sending) {
    args.atMost(2);
    UInt256 amount = amount(args, 1);
    return asked(() -> TextNode.valueOf(sending.send(server(args), amount).toHexString()));
  }

  /** An order about a server. */
  private interface Order {
    void give(Bytes32 server);
  }

  private JsonNode ordered(Arguments args, Order order) {
    args.atMost(1);
    return asked(
        () -> {
          order.give(server(args));
          return BooleanNode.TRUE;
        });
  }

  private JsonNode setBudget(Arguments args) {
    args.atMost(1);
    BudgetRules rules;
    try {
      rules = BudgetRules.parse(args.string(0));
    } catch (IllegalArgumentException wrong) {
      throw invalid(0, wrong);
    }
    return asked(
        () -> {
          vip.budget(rules);
          return TextNode.valueOf(rules.text());
        });
  }

  private JsonNode history(Arguments args) {
    args.atMost(1);
    int most = args.has(0) ? (int) positive(args, 0, MOST_HISTORY) : USUAL_HISTORY;
    return asked(
        () -> {
          ArrayNode list = JSON.arrayNode();
          vip.history(most).forEach(entry -> list.add(entry(entry)));
          return list;
        });
  }

  private static ObjectNode entry(HistoryEntry entry) {
    ObjectNode json = JSON.objectNode();
    json.put("time", entry.atSeconds());
    json.put("server", id(entry.server()));
    json.put("kind", entry.kind().text());
    put(json, "amount", entry.amountWei());
    json.put("tokens", entry.tokens());
    json.put("text", entry.text());
    return json;
  }

  /** A server by its id or the first digits of one that is known. */
  private Bytes32 server(Arguments args) {
    String typed = args.string(0).toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
    if (!typed.matches("[0-9a-f]{" + LEAST_PREFIX + ",64}")) {
      throw new RpcException(
          RpcException.INVALID_PARAMS,
          "invalid argument 0: a server is meant by the first digits of its id, at least "
              + LEAST_PREFIX);
    }
    List<Bytes32> found =
        vip.status().servers().stream()
            .map(BuyerView::server)
            .filter(known -> id(known).startsWith(typed))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw new VipException(
        found.isEmpty()
            ? "no server that speaks vip with us has an id that begins with " + typed
            : found.size() + " servers have ids that begin with " + typed + "; give more digits");
  }

  private static UInt256 amount(Arguments args, int index) {
    try {
      return EtherUnits.parseAmount(args.string(index));
    } catch (IllegalArgumentException wrong) {
      throw invalid(index, wrong);
    }
  }

  private static long positive(Arguments args, int index, long most) {
    long value = args.integer(index);
    if (value < 1 || value > most) {
      throw new RpcException(
          RpcException.INVALID_PARAMS,
          "invalid argument " + index + ": a number from 1 to " + most + " is wanted");
    }
    return value;
  }

  private static RpcException invalid(int index, IllegalArgumentException wrong) {
    return new RpcException(
        RpcException.INVALID_PARAMS, "invalid argument " + index + ": " + wrong.getMessage());
  }

  private static JsonNode asked(Supplier<JsonNode> question) {
    try {
      return question.get();
    } catch (VipException refused) {
      throw new RpcException(String.valueOf(refused.getMessage()));
    }
  }

  private static String id(Bytes32 server) {
    return server.toUnprefixedHexString();
  }

  private static void put(ObjectNode json, String name, UInt256 wei) {
    json.put(name, wei.toUnsignedBigInteger().toString());
  }
}
