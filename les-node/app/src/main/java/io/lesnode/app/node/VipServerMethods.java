package io.lesnode.app.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.ledger.LedgerEvent;
import io.lesnode.payment.ledger.LedgerExport;
import io.lesnode.payment.ledger.LedgerHistory;
import io.lesnode.payment.ledger.Statement;
import io.lesnode.rpc.Arguments;
import io.lesnode.rpc.RpcException;
import io.lesnode.rpc.RpcMethod;
import io.lesnode.vip.VipAdmin;
import io.lesnode.vip.VipAdminException;
import io.lesnode.vip.VipFigures;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The {@code vip} methods of a server. Amounts of money are decimal texts in wei, because they do
 * not fit into the numbers of JSON; nodes are the hashes of their keys. What names clients or
 * changes something is for the operator: over IPC and the authenticated port. Thread-safe.
 *
 * <table>
 *   <caption>Methods</caption>
 *   <tr><td>vip_status</td><td>price, methods, earnings, counts</td></tr>
 *   <tr><td>vip_offer</td><td>the newest signed offer</td></tr>
 *   <tr><td>vip_clients</td><td>operator: the peers that speak vip</td></tr>
 *   <tr><td>vip_balances, vip_statement</td><td>operator: the books</td></tr>
 *   <tr><td>vip_history [limit, before, owner]</td><td>operator: events, newest first</td></tr>
 *   <tr><td>vip_export [format, from, limit]</td><td>operator: events as csv or json lines</td></tr>
 *   <tr><td>vip_settle</td><td>operator: brings home whatever is worth its cost</td></tr>
 *   <tr><td>vip_setPrice [amount]</td><td>operator: the price of an hour</td></tr>
 * </table>
 */
final class VipServerMethods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int USUAL_PAGE = 100;
  private static final int MAX_EXPORT = 10_000;

  private final VipAdmin vip;

  private VipServerMethods(VipAdmin vip) {
    this.vip = vip;
  }

  /** What every caller may know. */
  static Map<String, RpcMethod> forEverybody(VipAdmin vip) {
    VipServerMethods methods = new VipServerMethods(vip);
    return Map.of("vip_status", methods::status, "vip_offer", methods::offer);
  }

  /** What names clients or changes something. */
  static Map<String, RpcMethod> forOperator(VipAdmin vip) {
    VipServerMethods methods = new VipServerMethods(vip);
    return Map.of(
        "vip_clients", methods::clients,
        "vip_balances", methods::statement,
        "vip_statement", methods::statement,
        "vip_history", methods::history,
        "vip_export", methods::export,
        "vip_settle", methods::settle,
        "vip_setPrice", methods::setPrice);
  }

  private interface Question<T> {
    T ask();
  }

  private static <T> T ask(Question<T> question) {
    try {
      return question.ask();
    } catch (VipAdminException refused) {
      throw new RpcException(String.valueOf(refused.getMessage()));
    }
  }

  // ---- what every caller may know

  private JsonNode status(Arguments args) {
    args.atMost(0);
    VipAdmin.Status status = ask(vip::status);
    ObjectNode json = JSON.objectNode();
    json.put("role", "server");
    json.put("account", status.account().map(Object::toString).orElse(null));
    json.put("chainId", status.chainId());
    json.put("hourPriceWei", status.hourPriceWei().toDecimalString());
    json.put("auction", status.auction());
    json.put("selling", !status.broken());
    ArrayNode methods = json.putArray("methods");
    status.methods().forEach(terms -> methods.add(method(terms)));
    figures(json, status.figures());
    ArrayNode settlements = json.putArray("settlements");
    status.settlements().forEach(settlement -> settlements.add(settlement(settlement)));
    return json;
  }

  private static ObjectNode method(MethodTerms terms) {
    ObjectNode json = JSON.objectNode();
    json.put("id", terms.id().number());
    json.put("name", terms.id().text());
    json.put("variant", terms.variant());
    json.put("contract", terms.contract().map(Object::toString).orElse(null));
    json.put("codeHash", terms.codeHash().toHexString());
    return json;
  }

  private static void figures(ObjectNode json, VipFigures figures) {
    json.put("peers", figures.peers());
    json.put("paying", figures.paying());
    json.put("inTrial", figures.inTrial());
    json.put("tokensOut", figures.tokensOut());
    json.put("priceWeiPer1e9", figures.priceWeiPer1e9().toDecimalString());
    ObjectNode money = json.putObject("money");
    money.put("earnedWei", figures.revenueWei().toString());
    money.put("unspentWei", figures.unspentWei().toString());
    money.put("claimsWei", figures.claimsWei().toString());
    money.put("cashedWei", figures.cashedWei().toString());
    money.put("feesWei", figures.feesWei().toString());
    money.put("lostWei", figures.lossWei().toString());
    money.put("frozenWei", figures.frozenWei().toString());
    money.put("debtsWei", figures.payableWei().toString());
    VipFigures.Counts counted = figures.counts();
    ObjectNode counts = json.putObject("counts");
    counts.put("payments", counted.payments());
    counts.put("exchanges", counted.exchanges());
    counts.put("quotes", counted.quotes());
    counts.put("offers", counted.offers());
    counts.put("trials", counted.trials());
    counts.put("converted", counted.converted());
    counts.put("dropped", counted.dropped());
    counts.put("settlements", counted.settlements());
    ObjectNode refusals = counts.putObject("refusals");
    counted.refusals().forEach((code, count) -> refusals.put(name(code), count));
    ObjectNode notices = counts.putObject("notices");
    counted.notices().forEach((kind, count) -> notices.put(name(kind), count));
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private JsonNode offer(Arguments args) {
    args.atMost(0);
    VipMessage.Offer offer =
        ask(vip::offer).orElseThrow(() -> new RpcException("there is no offer yet"));
    OfferTerms terms = offer.terms();
    ObjectNode json = JSON.objectNode();
    json.put("seq", terms.seq());
    json.put("from", terms.fromSeconds());
    json.put("until", terms.untilSeconds());
    json.put("currency", terms.currency());
    json.put("priceWeiPer1e9", terms.tokenPriceWeiPer1e9().toDecimalString());
    json.put("basePriceWeiPer1e9", terms.basePriceWeiPer1e9().toDecimalString());
    json.put("soldTokens", terms.soldTokens());
    json.put("tokenLimit", terms.tokenLimit());
    json.put("minCapacity", terms.minCapacity());
    json.put("freeCapacity", terms.freeCapacity());
    json.put("totalCapacity", terms.totalCapacity());
    json.put("priorityCapacity", terms.priorityCapacity());
    json.put("trialSeconds", terms.trialLeftSeconds());
    json.put("trialGuaranteedSeconds", terms.trialGuaranteedSeconds());
    json.put("expirySeconds", terms.expirySeconds());
    json.put("auctionUnit", terms.auctionUnit());
    ArrayNode methods = json.putArray("methods");
    terms
        .methods()
        .forEach(
            number ->
                methods.add(
                    MethodId.ofNumber(number).map(MethodId::text).orElse(number.toString())));
    json.put("signed", offer.encoded().toHexString());
    return json;
  }

  // ---- the operator's

  private JsonNode clients(Arguments args) {
    args.atMost(0);
    ArrayNode json = JSON.arrayNode();
    for (VipAdmin.Client client : ask(vip::clients)) {
      ObjectNode item = json.addObject();
      item.put("id", client.id().toUnprefixedHexString());
      item.put("account", client.account().map(Object::toString).orElse(null));
      item.put("address", client.address());
      item.put("state", client.state());
      item.put("capacity", client.capacity());
      item.put("tokens", client.tokens());
      item.put("spendPerSecond", client.spendPerSecond());
      item.put("moneyWei", client.moneyWei().toDecimalString());
      item.put("auctionUnits", client.units());
    }
    return json;
  }

  private JsonNode statement(Arguments args) {
    args.atMost(0);
    Statement books = vip.history().statement();
    ObjectNode json = JSON.objectNode();
    json.put("balanced", books.isBalanced());
    ArrayNode lines = json.putArray("accounts");
    for (Statement.Line line : books.lines()) {
      ObjectNode item = lines.addObject();
      item.put("account", line.account().text());
      item.put("asset", line.account().kind().asset().text());
      item.put("balance", line.balance().toString());
    }
    return json;
  }

  private JsonNode history(Arguments args) {
    long limit = args.atMost(3).has(0) ? args.integer(0) : USUAL_PAGE;
    long before = args.has(1) ? args.integer(1) : Long.MAX_VALUE;
    if (before < 0 || limit < 1 || limit > LedgerHistory.MAX_PAGE) {
      throw new RpcException(
          RpcException.INVALID_PARAMS,
          "a page has 1 to " + LedgerHistory.MAX_PAGE + " events and lies before a number");
    }
    Predicate<LedgerEvent> wanted =
        args.has(2) ? LedgerHistory.of(owner(args.string(2))) : event -> true;
    LedgerHistory.Page page = vip.history().page(before, (int) limit, wanted);
    ObjectNode json = JSON.objectNode();
    ArrayNode events = json.putArray("events");
    page.events().forEach(event -> events.add(event(event)));
    json.put("before", page.before());
    return json;
  }

  private static Bytes owner(String hex) {
    try {
      return Bytes.fromHexString(hex);
    } catch (IllegalArgumentException malformed) {
      throw new RpcException(
          RpcException.INVALID_PARAMS, "an owner is an account or a node id in hexadecimal digits");
    }
  }

  private static ObjectNode event(LedgerEvent event) {
    ObjectNode json = JSON.objectNode();
    json.put("sequence", event.sequence());
    json.put("millis", event.unixMillis());
    json.put("kind", event.kind().text());
    json.put("asset", event.asset().text());
    json.put("amount", event.amount().toString());
    json.put("from", event.from().text());
    json.put("to", event.to().text());
    json.put("reference", event.reference().toHexString());
    return json;
  }

  /** A piece of the event log, oldest first, as text; ask again from {@code next}. */
  private JsonNode export(Arguments args) {
    LedgerExport.Format format =
        LedgerExport.Format.ofText(args.atMost(3).string(0))
            .orElseThrow(
                () ->
                    new RpcException(
                        RpcException.INVALID_PARAMS, "the format is \"csv\" or \"json\""));
    long from = args.has(1) ? Math.max(0, args.integer(1)) : 0;
    long limit = Math.clamp(args.has(2) ? args.integer(2) : MAX_EXPORT, 1, MAX_EXPORT);
    LedgerHistory history = vip.history();
    StringBuilder text = new StringBuilder();
    long before = Math.min(from + limit, history.size());
    try {
      long unused =
          new LedgerExport(history)
              .write(
                  format,
                  new LedgerExport.Range(from, before, Long.MIN_VALUE, Long.MAX_VALUE),
                  text);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    ObjectNode json = JSON.objectNode();
    json.put("text", text.toString());
    json.put("next", before);
    json.put("more", before < history.size());
    return json;
  }

  private JsonNode settle(Arguments args) {
    args.atMost(0);
    List<Settlement> sent = ask(vip::settle);
    ArrayNode json = JSON.arrayNode();
    sent.forEach(settlement -> json.add(settlement(settlement)));
    return json;
  }

  private static ObjectNode settlement(Settlement settlement) {
    ObjectNode json = JSON.objectNode();
    json.put("method", settlement.method().text());
    json.put("contract", settlement.contract().toString());
    json.put("amountWei", settlement.amountWei().toDecimalString());
    json.put("payers", settlement.payers().size());
    json.put("reason", settlement.reason());
    return json;
  }

  private JsonNode setPrice(Arguments args) {
    String text = args.atMost(1).string(0);
    UInt256 wei;
    try {
      wei = EtherUnits.parseAmount(text);
    } catch (IllegalArgumentException malformed) {
      throw new RpcException(RpcException.INVALID_PARAMS, String.valueOf(malformed.getMessage()));
    }
    if (wei.isZero() || wei.bitLength() > 128) {
      throw new RpcException(RpcException.INVALID_PARAMS, "a price is more than nothing");
    }
    return ask(
        () -> {
          vip.setHourPrice(wei);
          return JSON.booleanNode(true);
        });
  }
}
