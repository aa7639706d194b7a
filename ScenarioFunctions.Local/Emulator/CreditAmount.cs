namespace ScenarioFunctions.Local.Emulator;

internal sealed record CreditAmount(int Credits);
