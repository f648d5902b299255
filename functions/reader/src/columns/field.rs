//! The fields of a sale, and the names that their columns have in exports.

/// A field of a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    SoldAt,
    Salesperson,
    Amount,
    Team,
    Quantity,
    OrderId,
    Currency,
    SaleId,
    SlackUserId,
}

impl Field {
    pub(crate) const ALL: [Self; 9] = [
        Self::SoldAt,
        Self::Salesperson,
        Self::Amount,
        Self::Team,
        Self::Quantity,
        Self::OrderId,
        Self::Currency,
        Self::SaleId,
        Self::SlackUserId,
    ];

    pub(crate) const REQUIRED: [Self; 3] = [Self::SoldAt, Self::Salesperson, Self::Amount];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::SoldAt => "sold_at",
            Self::Salesperson => "salesperson",
            Self::Amount => "amount",
            Self::Team => "team",
            Self::Quantity => "quantity",
            Self::OrderId => "order_id",
            Self::Currency => "currency",
            Self::SaleId => "sale_id",
            Self::SlackUserId => "slack_user_id",
        }
    }

    /// Returns the synonyms, folded, the better ones first. The crate's README lists them too.
    ///
    /// `sale_id` has none: it decides which rows count, so it is never guessed. `price` is not an amount: it is as
    /// often the price of one unit. `created at` is not a date of sale: for a deal it is the day on which somebody
    /// began to work on it.
    pub(crate) const fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::SoldAt => &[
                "date",
                "saledate",
                "saleat",
                "soldon",
                "solddate",
                "dateofsale",
                "closedat",
                "closedate",
                "closeddate",
                "closedon",
                "orderdate",
                "orderedat",
                "timestamp",
                "datetime",
                "transactiondate",
                "invoicedate",
            ],
            Self::Salesperson => &[
                "rep",
                "salesrep",
                "salesrepresentative",
                "seller",
                "salesman",
                "saleswoman",
                "salespersonname",
                "salesrepname",
                "repname",
                "sellername",
                "agent",
                "salesagent",
                "accountexecutive",
                "employee",
                "employeename",
                "owner",
                "dealowner",
                "opportunityowner",
            ],
            Self::Amount => &[
                "total",
                "totalamount",
                "revenue",
                "sales",
                "salesamount",
                "saleamount",
                "netamount",
                "value",
                "dealvalue",
                "dealamount",
                "ordertotal",
                "netsales",
                "netrevenue",
                "totalprice",
            ],
            Self::Team => &["region", "salesteam", "teamname", "territory", "office", "department"],
            Self::Quantity => &["qty", "units", "unitssold", "quantitysold", "quantityordered"],
            Self::OrderId => {
                &["order", "ordernumber", "orderno", "orderref", "invoiceid", "invoicenumber", "invoiceno"]
            }
            Self::Currency => &["currencycode", "currencyisocode"],
            Self::SaleId => &[],
            Self::SlackUserId => &["slackid", "slackuser", "slackmemberid"],
        }
    }

    /// Returns further synonyms, which are looked for only if no column has a name of [`synonyms`](Self::synonyms): a
    /// file with `Order Date` and `Paid At` is not ambiguous.
    #[allow(clippy::too_many_lines, reason = "it is a list")]
    pub(crate) const fn further_synonyms(self) -> &'static [&'static str] {
        match self {
            Self::SoldAt => &[
                "dateclosed",
                "closingdate",
                "datewon",
                "wondate",
                "wontime",
                "dealwontime",
                "dealclosedate",
                "dealcloseddate",
                "actualclosedate",
                "dateordered",
                "orderdatetime",
                "salesdate",
                "datesold",
                "purchasedate",
                "dateofpurchase",
                "purchasedat",
                "transactiontime",
                "paymentdate",
                "datepaid",
                "paiddate",
                "paidat",
                "bookingdate",
                "completedat",
                "datecompleted",
                "datum",
                "verkaufsdatum",
                "abschlussdatum",
                "bestelldatum",
                "rechnungsdatum",
                "datedevente",
                "fecha",
                "fechadeventa",
                "fechadecierre",
                "dataordine",
                "belegdatum",
                "auftragsdatum",
                "buchungsdatum",
                "kaufdatum",
                "datefacture",
                "datecommande",
                "datedecommande",
                "fechafactura",
                "fechapedido",
                "datavenda",
                "datadavenda",
                "datafattura",
                "datavendita",
                "verkoopdatum",
                "orderdatum",
                "factuurdatum",
            ],
            Self::Salesperson => &[
                "soldby",
                "salespersonfullname",
                "salesrepfullname",
                "ownername",
                "ownerfullname",
                "dealownername",
                "opportunityownername",
                "accountowner",
                "accountmanager",
                "salesmanager",
                "salesassociate",
                "salesowner",
                "associate",
                "consultant",
                "salesconsultant",
                "teammember",
                "staff",
                "staffmember",
                "staffname",
                "cashier",
                "assignedto",
                "closer",
                "closedby",
                "username",
                "verk\u{e4}ufer",
                "verkaeufer",
                "vertriebsmitarbeiter",
                "mitarbeiter",
                "vendeur",
                "commercial",
                "vendedor",
                "venditore",
                "verkoper",
                "vertreter",
                "comercial",
                "commerciale",
                "representante",
                "vendedora",
            ],
            Self::Amount => &[
                "totalsales",
                "salestotal",
                "saletotal",
                "grosssales",
                "totalrevenue",
                "totalvalue",
                "grandtotal",
                "nettotal",
                "amountpaid",
                "paidamount",
                "totalpaid",
                "paymentamount",
                "transactionamount",
                "orderamount",
                "ordervalue",
                "invoicetotal",
                "invoiceamount",
                "contractvalue",
                "opportunityamount",
                "closedamount",
                "closevalue",
                "closedvalue",
                "wonamount",
                "dealsize",
                "umsatz",
                "betrag",
                "gesamtbetrag",
                "montant",
                "chiffredaffaires",
                "importe",
                "ventas",
                "importo",
                "bedrag",
                "omzet",
                "actualrevenue",
                "wonrevenue",
                "netvalue",
                "amountnet",
                "nettobetrag",
                "nettoumsatz",
                "montantht",
                "montanttotal",
                "importetotal",
                "importeneto",
                "valor",
                "valortotal",
                "valortotalliquido",
                "importototale",
                "totale",
                "nettobedrag",
                "totaalbedrag",
            ],
            Self::Team => &["salesregion", "salesoffice", "branch", "abteilung", "equipe", "\u{e9}quipe", "equipo"],
            Self::Quantity => &["menge", "anzahl", "stk", "quantit\u{e9}", "cantidad"],
            Self::OrderId => &["orderreference", "bestellnummer", "rechnungsnummer", "commande", "pedido"],
            Self::Currency => &[
                "ccy",
                "curr",
                "cur",
                "w\u{e4}hrung",
                "waehrung",
                "wkz",
                "devise",
                "monnaie",
                "moneda",
                "moeda",
                "valuta",
                "waluta",
                "parabirimi",
                "\u{901a}\u{8ca8}",
                "\u{5e01}\u{79cd}",
            ],
            Self::SaleId | Self::SlackUserId => &[],
        }
    }

    /// Whether a folded name is known for this field.
    pub(crate) fn is_named(self, folded: &str) -> bool {
        let own = self.name().bytes().filter(|byte| *byte != b'_');
        own.eq(folded.bytes()) || self.synonyms().contains(&folded) || self.further_synonyms().contains(&folded)
    }
}

/// Names of amounts, folded, that are the total of an order: where an order has several lines, it is repeated on each.
pub(crate) const ORDER_TOTALS: [&str; 9] = [
    "ordertotal",
    "ordervalue",
    "orderamount",
    "totalorder",
    "ordertotalamount",
    "totalorderamount",
    "totalordervalue",
    "invoicetotal",
    "grandtotal",
];

/// Names of amounts, folded, that are the total of an order or of one of its lines.
pub(crate) const TOTALS: [&str; 7] =
    ["total", "totalamount", "totalprice", "totalpaid", "amountpaid", "totalvalue", "nettotal"];

/// Parts of the names of columns, folded, that describe one line of an order.
pub(crate) const ITEMS: [&str; 6] = ["item", "product", "sku", "article", "artikel", "variant"];
