using ScenarioFunctions.Chaos.Kill;

return args switch
{
    ["victim", var bodyFile, var key] => await Victim.RunAsync(bodyFile, key),
    _ => throw new ArgumentException("victim BODY-FILE KEY"),
};
