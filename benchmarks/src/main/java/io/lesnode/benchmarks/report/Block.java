package io.lesnode.benchmarks.report;

/** Something in a section. */
public sealed interface Block permits Text, KeyFigures, Table, Plot {}
