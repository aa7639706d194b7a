namespace ScenarioFunctions.Chaos.Simulation.Runway;

/// <summary>RunwayML itself. It knows every order that it accepted, even if the answer was lost.</summary>
internal sealed class RunwayService(World world, RunwayFaults faults, Func<string, bool> isCovered)
{
    public const int Price = 5;

    /// <summary>What it says that it makes at once. It makes as many as are ordered, but the service orders few more.</summary>
    public const int Concurrency = 4;

    /// <summary>Every accepted order, by number.</summary>
    public List<Order> Orders { get; } = [];

    public Order? Find(string id) => Orders.Find(order => order.Id == id);

    /// <summary>Why it accepts no orders now; null when it does.</summary>
    public OrderRefusal? Refusal =>
        Orders.Count >= faults.Account ? OrderRefusal.AccountEmpty
        : Orders.Count >= faults.DailyCap ? OrderRefusal.DailyCap
        : null;

    public Order Take(string prompt, Host sender)
    {
        var order = new Order($"gen-{Orders.Count + 1}", prompt, sender, isCovered(prompt));
        Orders.Add(order);
        if (HasFaults && world.Chance(faults.NeverEnds))
        {
            return order;
        }

        world.After(world.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(40)), null, () => Finish(order));
        return order;
    }

    private bool HasFaults => world.Now < Plan.FaultsEnd;

    private void Finish(Order order)
    {
        if (order.State != OrderState.Open)
        {
            return;
        }

        order.State = !HasFaults ? OrderState.Succeeded
            : world.Chance(faults.Rejected) ? OrderState.Rejected
            : world.Chance(faults.FailsForNow) ? OrderState.FailedForNow
            : world.Chance(faults.FailsForGood) ? OrderState.FailedForGood
            : OrderState.Succeeded;
        order.IsBad = HasFaults && world.Chance(faults.BadOutput);
        order.HasExpired = HasFaults && world.Chance(faults.Expired);
        world.Tell("RunwayML", $"{order.Id} of {order.Prompt}: {order.State}{(order.IsBad ? ", no image" : "")}");
    }
}

internal enum OrderRefusal
{
    AccountEmpty,
    DailyCap,
}

internal enum OrderState
{
    Open,
    Succeeded,
    Rejected,
    FailedForNow,
    FailedForGood,
    Cancelled,
}

/// <summary>An order that RunwayML has accepted.</summary>
/// <param name="Id">The generation's id.</param>
/// <param name="Prompt">Identifies the scene, as every scene has its own prompt.</param>
/// <param name="Sender">The host that sent the order.</param>
/// <param name="IsCovered">Whether credits were held for it.</param>
internal sealed record Order(string Id, string Prompt, Host Sender, bool IsCovered)
{
    public OrderState State { get; set; }

    /// <summary>The output is not an image.</summary>
    public bool IsBad { get; set; }

    /// <summary>The first URL of its output no longer works.</summary>
    public bool HasExpired { get; set; }

    /// <summary>How often its download was cut off. Four times would make it incomplete.</summary>
    public int CutOffs { get; set; }

    public bool IsDeleted { get; set; }

    /// <summary>Whether the service ever received its id.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>DELETE: cancels an open generation; deletes any other, with its output.</summary>
    public void Delete()
    {
        if (State == OrderState.Open)
        {
            State = OrderState.Cancelled;
        }
        else
        {
            IsDeleted = true;
        }
    }

    /// <summary>What RunwayML charged. A rejected generation costs its full price.</summary>
    public int Cost => State is OrderState.Succeeded or OrderState.Rejected ? RunwayService.Price : 0;
}
