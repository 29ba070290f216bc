package io.lesnode.les.client;

import io.lesnode.chain.store.StoreException;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.client.access.KnownState;
import io.lesnode.les.client.access.ProofPlan;
import io.lesnode.les.client.access.ProofPlan.Group;
import io.lesnode.les.client.access.StateItem;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fetch of pieces of a state, in passes: each asks for everything that is missing, in parallel
 * requests, and what an answer left out goes into the next. Each pass that does not fail brings
 * something, so it ends. Confined to the client loop, but for {@link #start}.
 *
 * <p>A piece of an account that is not proven yet is asked for on a guess. The answer to such a
 * question is held back until the account is proven, and dropped if it does not fit; nothing
 * unverified is kept or returned.
 */
final class StateFetch {
  private static final Logger LOG = LoggerFactory.getLogger(StateFetch.class);

  /** When nobody can be asked now, requests are sized for the smallest of geth's free clients. */
  private static final int CAUTIOUS_BATCH = 16;

  /** An address below 2^64 is a precompile or a number that was taken for an address. */
  private static final int LEADING_ZEROS_OF_NUMBERS = 12;

  private final OnDemandProofs.Shared shared;
  private final OnDemandProofs owner;
  private final BlockHeader header;
  private final KnownState known;
  private final CompletableFuture<Retrieval<KnownState>> result = new CompletableFuture<>();
  private List<StateItem> missing = List.of();

  /** Requests of the running pass that are not answered. */
  private int open;

  private final List<Guess> guesses = new ArrayList<>();
  private @Nullable RetrievalFailure failure;

  /**
   * Code that a server gave for accounts which were not proven then.
   *
   * @param codes by their hashes
   */
  private record Guess(ServerPeer server, Set<Address> addresses, Map<Bytes32, Bytes> codes) {}

  /** What a server proved. */
  private record Answer(ServerPeer server, StateChecks.Proven proven) {}

  StateFetch(
      OnDemandProofs.Shared shared, OnDemandProofs owner, BlockHeader header, KnownState known) {
    this.shared = shared;
    this.owner = owner;
    this.header = header;
    this.known = known;
  }

  /** Starts; any thread. */
  CompletableFuture<Retrieval<KnownState>> start(List<StateItem> items) {
    missing = items;
    if (shared.loop().isOwner()) {
      pass();
    } else if (!shared.loop().offer(this::pass)) {
      result.complete(new Failed<>(new RetrievalFailure.ClientClosed(what())));
    }
    return result;
  }

  private String what() {
    return "the state of " + missing.getFirst().address() + " at " + OnDemand.name(header);
  }

  /** Asks for everything that is missing. */
  private void pass() {
    int guessesLeft = shared.guesses().left(shared.loop().nowNanos());
    Set<Address> unproven = new LinkedHashSet<>();
    Map<Address, Set<UInt256>> slots = new LinkedHashMap<>();
    Map<Bytes32, Address> codes = new LinkedHashMap<>();
    Set<Address> guessed = new LinkedHashSet<>();
    for (StateItem item : missing) {
      Address address = item.address();
      boolean proven = known.knowsAccount(address);
      if (!proven) {
        unproven.add(address);
      }
      switch (item) {
        case StateItem.OfAccount a -> {}
        case StateItem.OfSlot slot -> {
          if (proven || guessesLeft > 0) {
            slots.computeIfAbsent(address, key -> new LinkedHashSet<>()).add(slot.slot());
          }
        }
        case StateItem.OfCode c -> {
          Account account = proven ? known.account(address) : null;
          if (account != null) {
            codes.put(account.codeHash(), address);
          } else if (!proven && guessesLeft > 0 && mayHaveCode(address)) {
            guessed.add(address);
          }
        }
      }
    }
    open = 1;
    askProofs(slots, unproven);
    askCodes(codes);
    askGuesses(guessed);
    onAnswered();
  }

  private boolean mayHaveCode(Address address) {
    boolean number = address.bytes().numberOfLeadingZeroBytes() >= LEADING_ZEROS_OF_NUMBERS;
    return !number && !owner.isCodeless(address);
  }

  // ---- questions

  private void askProofs(Map<Address, Set<UInt256>> slots, Set<Address> unproven) {
    int items = unproven.size() + slots.values().stream().mapToInt(Set::size).sum();
    int batch = batchSize(RequestKind.PROOFS, items);
    for (List<Group> groups : ProofPlan.pack(slots, unproven, batch)) {
      Question.Proofs question = new Question.Proofs(header.hash(), StateChecks.keys(groups));
      ask(
          question,
          (server, reply) -> {
            StateChecks.Proven proven = StateChecks.state(header.stateRoot(), groups, known, reply);
            keep(() -> shared.store().putNodes(proven.nodes()));
            return new Answer(server, proven);
          },
          answer -> {
            answer.proven().addTo(known);
            if (answer.proven().named()) {
              answer.server().onAccountKeyFormWorked();
            }
            countWrongGuesses(groups);
          });
    }
  }

  private void askCodes(Map<Bytes32, Address> codes) {
    List<Bytes32> hashes = List.copyOf(codes.keySet());
    int batch = batchSize(RequestKind.CODE, hashes.size());
    for (int from = 0; from < hashes.size(); from += batch) {
      List<Bytes32> some = hashes.subList(from, Math.min(hashes.size(), from + batch));
      Set<Bytes32> wanted = Set.copyOf(some);
      ask(
          new Question.Code(header.hash(), some.stream().map(codes::get).toList()),
          (server, reply) -> {
            Map<Bytes32, Bytes> found = StateChecks.codes(wanted, reply);
            keep(() -> found.forEach(shared.store()::putCode));
            return new Guess(server, Set.of(), found);
          },
          answer -> {
            answer.codes().forEach(known::putCode);
            answer.server().onAccountKeyFormWorked();
          });
    }
  }

  private void askGuesses(Set<Address> guessed) {
    List<Address> addresses = List.copyOf(guessed);
    int batch = batchSize(RequestKind.CODE, addresses.size());
    for (int from = 0; from < addresses.size(); from += batch) {
      List<Address> some = addresses.subList(from, Math.min(addresses.size(), from + batch));
      ask(
          new Question.Code(header.hash(), some),
          (server, reply) ->
              new Guess(server, Set.copyOf(some), StateChecks.unverifiedCodes(some.size(), reply)),
          guesses::add);
    }
  }

  private int batchSize(RequestKind kind, int items) {
    long now = shared.loop().nowNanos();
    List<ServerPeer> able = shared.servers().usable().stream().filter(servesState()).toList();
    int affordable =
        able.stream()
            .mapToInt(
                server ->
                    Math.min(
                        server.maxItems(kind),
                        Math.max(CAUTIOUS_BATCH, server.affordableItems(kind, now))))
            .max()
            .orElse(CAUTIOUS_BATCH);
    return ProofPlan.batchSize(items, affordable, able.size());
  }

  private Predicate<ServerPeer> servesState() {
    return server -> server.terms().servesStateAt(header.number(), server.head().number());
  }

  /** Slots were asked for together with accounts that turned out not to exist. */
  private void countWrongGuesses(List<Group> groups) {
    for (Group group : groups) {
      boolean guessed = group.withAccount() && known.knowsAccount(group.address());
      if (guessed && known.account(group.address()) == null) {
        shared.guesses().wrong(group.slots().size());
      }
    }
  }

  private <T> void ask(Question question, Ask.AnswerCheck<T> check, Consumer<T> then) {
    open++;
    Predicate<ServerPeer> suitable =
        servesState().and(server -> server.maxItems(question.kind()) >= question.amount());
    String detail = "no connected server keeps the state of " + OnDemand.name(header);
    shared
        .retriever()
        .ask(
            new Ask<>(what(), question, suitable, check, false, detail),
            answer -> {
              switch (answer) {
                case Retrieved<T>(T value) -> then.accept(value);
                case Failed<T>(RetrievalFailure why) -> failure = failure == null ? why : failure;
              }
              onAnswered();
            });
  }

  // ---- answers

  private void onAnswered() {
    open--;
    if (open > 0) {
      return;
    }
    Map<Bytes32, Bytes> codes = settleGuesses();
    if (codes.isEmpty()) {
      finishPass();
    } else {
      try {
        shared.workers().execute(() -> keepThenFinish(codes));
      } catch (RejectedExecutionException closed) {
        result.complete(new Failed<>(new RetrievalFailure.ClientClosed(what())));
      }
    }
  }

  private void keepThenFinish(Map<Bytes32, Bytes> codes) {
    keep(() -> codes.forEach(shared.store()::putCode));
    if (!shared.loop().offer(this::finishPass)) {
      result.complete(new Failed<>(new RetrievalFailure.ClientClosed(what())));
    }
  }

  /** On a worker. What cannot be kept, as the disk is full, answers the question nevertheless. */
  private static void keep(Runnable write) {
    try {
      write.run();
    } catch (StoreException e) {
      LOG.debug("Verified state is not kept: {}", e.getMessage());
    }
  }

  /** Now that the accounts are proven: which of the held codes are theirs. */
  private Map<Bytes32, Bytes> settleGuesses() {
    Map<Bytes32, Bytes> verified = new HashMap<>();
    for (Guess guess : guesses) {
      Set<Bytes32> theirs = new LinkedHashSet<>();
      boolean allProven = guess.addresses().stream().allMatch(known::knowsAccount);
      for (Address address : guess.addresses()) {
        Account account = known.knowsAccount(address) ? known.account(address) : null;
        if (account != null) {
          theirs.add(account.codeHash());
        } else if (allProven) {
          shared.guesses().wrong(1);
        }
      }
      guess
          .codes()
          .forEach(
              (hash, code) -> {
                if (theirs.contains(hash)) {
                  verified.put(hash, code);
                  known.putCode(hash, code);
                }
              });
      if (allProven && !theirs.containsAll(guess.codes().keySet())) {
        shared
            .servers()
            .onFault(guess.server(), new ServerFault.Lie("code that is none of those accounts'"));
      } else if (guess.codes().keySet().stream().anyMatch(theirs::contains)) {
        guess.server().onAccountKeyFormWorked();
      }
    }
    guesses.clear();
    return verified;
  }

  private void finishPass() {
    for (StateItem item : missing) {
      if (known.knowsAccount(item.address())) {
        owner.onAccountSeen(item.address(), known.account(item.address()));
      }
    }
    List<StateItem> left = missing.stream().filter(item -> !known.has(item)).toList();
    RetrievalFailure why = failure;
    if (left.isEmpty()) {
      // a guess may have failed that turned out to be needless
      result.complete(new Retrieved<>(known));
    } else if (why != null) {
      result.complete(new Failed<>(why));
    } else {
      missing = left;
      pass();
    }
  }
}
