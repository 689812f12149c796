"""The steps of an analysis as functions: tabulate, fit, cutflow, skim, report."""
