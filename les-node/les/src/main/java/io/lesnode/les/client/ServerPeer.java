package io.lesnode.les.client;

import io.lesnode.devp2p.IpText;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.client.ServerCredit;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.Question.AccountKeyForm;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server that this client is connected to: its phase, its claims, and the estimate of the
 * credit that it grants us. Confined to the client loop.
 */
final class ServerPeer {
  private static final Logger LOG = LoggerFactory.getLogger(ServerPeer.class);

  /** The life of a connection; {@link #become} makes every move. */
  sealed interface Phase {
    /** Status was sent, the server's is awaited. */
    record AwaitingStatus() implements Phase {}

    /** Questions may be asked. */
    record Active() implements Phase {}

    /** The server sent Stop; nothing may be sent before Resume. */
    record Frozen(long sinceNanos) implements Phase {}

    /** The connection is over. */
    record Closed(String reason) implements Phase {}
  }

  /** How many requests for many things the credit shall pay for together. */
  private static final int REQUESTS_AT_ONCE = 3;

  /** Header sync leaves this share of the credit to a person's questions. */
  private static final int BULK_RESERVE_DIVISOR = 32;

  private static final Pattern GETH_VERSION =
      Pattern.compile("^Geth/(?:[^/]*/)?v(\\d+)\\.(\\d+)\\.(\\d+)");

  private final PeerLink link;
  private final LesVersion version;
  private AccountKeyForm accountKeyForm;
  private boolean accountKeyFormWorked;
  private boolean otherFormTried;
  private final UpdateAllowance updateAllowance;
  private final FaultCounter faults;
  private final long connectedNanos;
  private Phase phase = new Phase.AwaitingStatus();
  private @Nullable ServerTerms terms;
  private @Nullable ServerCredit credit;
  private @Nullable AnnouncedHead head;
  private final AnswerLog answers = new AnswerLog();
  private long receivedBytes;
  private long requests;
  private long stops;
  private int stopsWithoutAnswer;

  ServerPeer(PeerLink link, LesVersion version, long nowNanos) {
    this.link = link;
    this.version = version;
    this.accountKeyForm = accountKeyFormOf(link.clientName());
    this.updateAllowance = new UpdateAllowance(nowNanos);
    this.faults = new FaultCounter(nowNanos);
    this.connectedNanos = nowNanos;
  }

  /**
   * The form that a server of this name wants accounts in. Only the client name tells: geth changed
   * it in 1.12.1 without a new protocol version, and core-geth in 1.12.19.
   */
  static AccountKeyForm accountKeyFormOf(String clientName) {
    Matcher matcher = GETH_VERSION.matcher(clientName);
    if (!matcher.find()) {
      boolean coreGeth = clientName.startsWith("CoreGeth/") && clientName.contains("/v1.12.19");
      return coreGeth ? AccountKeyForm.ADDRESS : AccountKeyForm.HASH;
    }
    int[] parts = new int[3];
    for (int i = 0; i < parts.length; i++) {
      String digits = matcher.group(i + 1);
      parts[i] = digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }
    boolean since1121 =
        parts[0] > 1 || (parts[0] == 1 && (parts[1] > 12 || (parts[1] == 12 && parts[2] >= 1)));
    return since1121 ? AccountKeyForm.ADDRESS : AccountKeyForm.HASH;
  }

  /** Who it is. */
  NodeId id() {
    return link.remoteId();
  }

  /** A short name for logs and people. */
  String name() {
    return link.remoteId() + "@" + IpText.of(link.remoteAddress());
  }

  PeerLink link() {
    return link;
  }

  LesVersion version() {
    return version;
  }

  Phase phase() {
    return phase;
  }

  long connectedNanos() {
    return connectedNanos;
  }

  long requests() {
    return requests;
  }

  long stops() {
    return stops;
  }

  /** How often it froze us since it last answered something. */
  int stopsWithoutAnswer() {
    return stopsWithoutAnswer;
  }

  /** Its terms; only after the handshake. */
  ServerTerms terms() {
    ServerTerms known = terms;
    if (known == null) {
      throw new IllegalStateException("no Status from " + name() + " yet");
    }
    return known;
  }

  /** The newest head it claimed; only after the handshake. */
  AnnouncedHead head() {
    AnnouncedHead known = head;
    if (known == null) {
      throw new IllegalStateException("no Status from " + name() + " yet");
    }
    return known;
  }

  void setHead(AnnouncedHead newHead) {
    head = newHead;
  }

  UpdateAllowance updateAllowance() {
    return updateAllowance;
  }

  FaultCounter faults() {
    return faults;
  }

  /** Whether it went through the handshake and is still there. */
  boolean isUsable() {
    return phase instanceof Phase.Active || phase instanceof Phase.Frozen;
  }

  /** Whether a request can go out now, credit aside. */
  boolean canSend() {
    return phase instanceof Phase.Active && link.writable();
  }

  /** The handshake is complete. */
  void toActive(ServerTerms newTerms, long nowNanos) {
    terms = newTerms;
    head = newTerms.head();
    credit =
        new ServerCredit(
            new CreditParams(newTerms.bufferLimit(), newTerms.minRecharge()), nowNanos);
    become(new Phase.Active(), "handshake");
  }

  /** The server froze us: what it has not answered is void. */
  void toFrozen(long nowNanos) {
    stops++;
    stopsWithoutAnswer++;
    become(new Phase.Frozen(nowNanos), "Stop");
  }

  /** The server thawed us with this much credit. */
  void toResumed(long bufferValue, long nowNanos) {
    credit().onResume(bufferValue, nowNanos);
    become(new Phase.Active(), "Resume");
  }

  /** The connection is over. */
  void toClosed(String reason) {
    become(new Phase.Closed(reason), reason);
  }

  private void become(Phase next, String reason) {
    boolean legal =
        switch (next) {
          case Phase.AwaitingStatus a -> false;
          case Phase.Active a -> !(phase instanceof Phase.Closed);
          case Phase.Frozen f -> isUsable();
          case Phase.Closed c -> true;
        };
    if (!legal) {
      throw new IllegalStateException(name() + " cannot go from " + phase + " to " + next);
    }
    LOG.debug("Server {}: {} -> {} ({})", name(), phase, next, reason);
    phase = next;
  }

  /** New credit terms from an announcement. */
  void updateCredit(CreditParams params, long nowNanos) {
    credit().updateParams(params, nowNanos);
  }

  /** Replaces the listed entries of the cost table. */
  void updateTerms(ServerTerms newTerms) {
    terms = newTerms;
  }

  /** How long to wait until the credit covers the question, 0 if it does now. */
  long creditWaitNanos(Question question, boolean bulk, long nowNanos) {
    long cost = costOf(question);
    long reserve = bulk ? bulkReserve() : 0;
    return credit().canSend(cost + reserve, nowNanos).waitNanos();
  }

  private long bulkReserve() {
    return bufferLimit() / BULK_RESERVE_DIVISOR;
  }

  /**
   * How many headers the credit of this moment pays for, at most as many as one request may ask
   * for; 0 if none.
   */
  int affordableHeaders(long nowNanos) {
    RequestCost cost = terms().costs().get(RequestKind.HEADERS);
    long most = maxItems(RequestKind.HEADERS);
    if (cost == null || cost.perItem() == 0) {
      return (int) most;
    }
    long marginCost = minRecharge();
    long free = creditEstimate(nowNanos) - bulkReserve() - marginCost - cost.base();
    return (int) Math.clamp(free / cost.perItem(), 0, most);
  }

  /** Which share of the limit would be left after the question. */
  double creditShareAfter(Question question, long nowNanos) {
    return credit().canSend(costOf(question), nowNanos).relativeBuffer();
  }

  /** What the question costs at most, in cost units; never above the limit (les.md 2.3). */
  private long costOf(Question question) {
    RequestCost cost = terms().costs().get(question.kind());
    if (cost == null) {
      throw new IllegalStateException("no cost of " + question.kind());
    }
    return Math.min(bufferLimit(), cost.of(question.amount()));
  }

  /** How many items of a kind fit into one request: the protocol's limit and the credit limit. */
  int maxItems(RequestKind kind) {
    RequestCost cost = terms().costs().get(kind);
    long limit = LesLimits.maxItems(kind);
    if (cost != null && cost.perItem() > 0) {
      long bySize = Math.max(0, bufferLimit() - cost.base()) / cost.perItem();
      limit = Math.min(limit, bySize);
    }
    return (int) Math.max(1, limit);
  }

  /**
   * How many items to ask for where many are needed: so many that what every request costs on its
   * own counts for little, and so few that the credit pays for some such requests at once.
   */
  int itemsPerRequest(RequestKind kind) {
    RequestCost cost = terms().costs().get(kind);
    long perItem = cost == null ? 0 : cost.perItem();
    return perItem == 0
        ? maxItems(kind)
        : Math.clamp(bufferLimit() / REQUESTS_AT_ONCE / perItem, 1, maxItems(kind));
  }

  /** Sends a question and books its cost; false if the link did not take it. */
  boolean send(long requestId, Question question, long nowNanos) {
    LesMessage.Request request = question.toRequest(requestId, accountKeyForm);
    long cost = costOf(question);
    credit().onQueued(requestId, cost, nowNanos);
    answers.onAsked(cost);
    requests++;
    return link.send(request.code(), LesCodec.encode(request));
  }

  /** Books the credit that a reply reports. */
  void onReplyCredit(long requestId, long bufferValue, long nowNanos) {
    credit().onReply(requestId, bufferValue, nowNanos);
  }

  /** It answers, so that it is not only freezing us. */
  void onAnswered() {
    stopsWithoutAnswer = 0;
  }

  /** A message of that size is about to be handled. */
  void onReceived(long sizeBytes) {
    receivedBytes = sizeBytes;
  }

  /** The size of the message that is being handled. */
  long receivedBytes() {
    return receivedBytes;
  }

  /** What it answered, for people. */
  AnswerLog answers() {
    return answers;
  }

  /** It found accounts by the form that we name them in, so the form is right. */
  void onAccountKeyFormWorked() {
    accountKeyFormWorked = true;
  }

  /** The form that it is known to understand, as far as that was found out. */
  Optional<AccountKeyForm> knownAccountKeyForm() {
    return accountKeyFormWorked ? Optional.of(accountKeyForm) : Optional.empty();
  }

  /** It understood this form when it was connected before. */
  void assumeAccountKeyForm(AccountKeyForm form) {
    accountKeyForm = form;
  }

  /**
   * It found nothing for a question that names accounts. Turns to the other form.
   *
   * @return whether the question is worth asking again in it: not if the form in use is known to be
   *     right, nor if the other one has just failed too
   */
  boolean tryOtherAccountKeyForm() {
    if (accountKeyFormWorked) {
      return false;
    }
    accountKeyForm = accountKeyForm.other();
    otherFormTried = !otherFormTried;
    return otherFormTried;
  }

  /** How many items of a kind the credit of this moment pays for, at most as one request holds. */
  int affordableItems(RequestKind kind, long nowNanos) {
    RequestCost cost = terms().costs().get(kind);
    int most = maxItems(kind);
    if (cost == null || cost.perItem() == 0) {
      return most;
    }
    long free = creditEstimate(nowNanos) - minRecharge() - cost.base();
    return Math.clamp(free / cost.perItem(), 0, most);
  }

  /** The credit limit in force, in cost units. */
  long bufferLimit() {
    return credit().params().bufferLimit();
  }

  /** The recharge in force, in cost units per millisecond. */
  long minRecharge() {
    return credit().params().rechargePerMilli();
  }

  /** The lowest estimate of the credit we have now, in cost units. */
  long creditEstimate(long nowNanos) {
    return credit().estimateAt(nowNanos);
  }

  private ServerCredit credit() {
    ServerCredit known = credit;
    if (known == null) {
      throw new IllegalStateException("no credit terms from " + name() + " yet");
    }
    return known;
  }

  @Override
  public String toString() {
    return name();
  }
}
